/** Runs whose driver is gone, that wait, that are refused: what the next looker finds and does. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../engine/digest.ts";
import {
  cli,
  driver,
  executions,
  finalOf,
  folder,
  git,
  graph,
  hasFinal,
  logOf,
  named,
  ran,
  readJson,
  repository,
  tool,
  until,
} from "./world.ts";

const two = (ledger: string, second = "sleep 300") =>
  graph(
    `${tool("one", `echo one >> ${ledger}`)}; ${tool("two", `echo two >> ${ledger}; ${second}`)}; s -> one -> two -> e`,
  );

async function killedInTwo() {
  const ledger = join(folder(), "ran");
  const flag = join(folder(), "flag");
  const repo = repository({ "g.dot": two(ledger, `[ -e ${flag} ] || sleep 300`) });
  const run = driver(repo, "run", "g.dot", "--run-id", "r");
  const root = join(repo, ".attractor/runs/r");
  await until("stage two", () => executions(ledger).includes("two"));
  run.kill("SIGKILL");
  await run.ended;
  writeFileSync(flag, "");
  return { repo, root, ledger };
}

describe("a driver that was killed", () => {
  it("R-LIFE-2: status records the loss as a final that says how to go on; resume goes on", async () => {
    const { repo, root, ledger } = await killedInTwo();
    expect(hasFinal(root)).toBe(false);
    const seen = cli(repo, "status", "r");
    expect(seen.code).toBe(1);
    expect(seen.out).toContain(`next: attractor resume ${root}`);
    expect(finalOf(root)).toMatchObject({ status: "fail", failure_class: "transient_infra" });
    expect(finalOf(root).failure_reason).toContain("is gone");
    expect(named(logOf(root), "stage_attempt_end").at(-1)).toMatchObject({
      node_id: "two",
      evidence: { lost: true },
    });
    expect(cli(repo, "resume", "r").code).toBe(0);
    expect(finalOf(root)).toMatchObject({ status: "success", resumes: 1 });
    expect(executions(ledger)).toEqual(["one", "two", "two"]);
  });

  it("R-CKPT-4: resume alone goes on after the last completed stage, and ends what was left running", async () => {
    const { repo, root, ledger } = await killedInTwo();
    expect(cli(repo, "resume", root).code).toBe(0);
    expect(executions(ledger)).toEqual(["one", "two", "two"]);
    const log = logOf(root);
    expect(named(log, "run_resumed")).toMatchObject([{ reopened: false, lost_attempts: 1 }]);
    expect(named(log, "stage_attempt_start").length).toBe(named(log, "stage_attempt_end").length);
    expect(named(log, "stage_attempt_end").filter((end) => end.node_id === "two")).toMatchObject([
      { attempt: 1, status: "fail", evidence: { lost: true } },
      { attempt: 2, status: "success" },
    ]);
  });

  it("R-LIFE-8: a torn last line is cut and told; a hole is refused by line", async () => {
    const { repo, root } = await killedInTwo();
    const path = join(root, "progress.ndjson");
    writeFileSync(path, `${readFileSync(path, "utf8")}{"seq":99,"ts":"20`);
    expect(cli(repo, "resume", "r").code).toBe(0);
    expect(named(logOf(root), "warning")).toMatchObject([{ code: "torn_line" }]);
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [...lines.slice(0, 3), ...lines.slice(4)].join("\n"));
    const refused = cli(repo, "status", "r");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("progress.ndjson line 4");
  });

  it("R-CKPT-8: a live owner is named; nobody else drives or ends its run", async () => {
    const ledger = join(folder(), "ran");
    const repo = repository({ "g.dot": two(ledger) });
    const run = driver(repo, "run", "g.dot", "--run-id", "r");
    await until("stage two", () => executions(ledger).includes("two"));
    const refused = cli(repo, "resume", "r");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`driven by process ${run.child.pid}`);
    expect(JSON.parse(cli(repo, "status", "r", "--json").out)).toMatchObject({
      status: "running",
      driver: { pid: run.child.pid },
      final: null,
    });
    run.kill("SIGTERM");
    await run.ended;
  });
});

describe("a run that has not begun", () => {
  const unborn = (pid: number) => {
    const root = join(folder(), "r");
    mkdirSync(root);
    writeFileSync(join(root, "run.pid"), `${pid}\n`);
    return root;
  };

  it("R-LIFE-2: is starting while its process lives, and lost when that is gone", () => {
    const young = unborn(process.pid);
    expect(JSON.parse(cli(young, "status", young, "--json").out)).toMatchObject({
      status: "starting",
      final: null,
    });
    const gone = unborn(2 ** 22 - 3);
    expect(cli(gone, "status", gone).code).toBe(1);
    expect(finalOf(gone)).toMatchObject({ status: "fail", failure_class: "structural" });
  });
});

describe("a run that waits for a person", () => {
  const files = {
    "g.dot": graph(
      `r [shape=hexagon, label="Ship it?"]; ${tool("ship", "true")}; s -> r; r -> ship [label="[Y] Yes"]; r -> e [label="[N] No"]; ship -> e`,
    ),
  };

  it("R-LIFE-9: is a state with exit 4, no final and no loss; answer and resume go on", () => {
    const repo = repository(files);
    const root = join(repo, ".attractor/runs/r");
    expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(4);
    for (const look of [1, 2]) expect(cli(repo, "status", "r").code, `look ${look}`).toBe(4);
    expect(hasFinal(root)).toBe(false);
    expect(readJson(join(root, "live.json"))).toMatchObject({
      status: "waiting",
      gates: [{ gate: "r/1", choices: ["[Y] Yes", "[N] No"] }],
    });
    expect(readJson(join(root, "checkpoint.json"))).toMatchObject({
      status: "waiting",
      gates: [{ gate: "r/1" }],
    });
    const wrong = cli(repo, "answer", "r", "r", "perhaps");
    expect([wrong.code, wrong.err.includes('"perhaps" is none of the choices')]).toEqual([2, true]);
    expect(cli(repo, "answer", "--run-id", "r", "r", "y").code).toBe(0);
    expect(cli(repo, "answer", "r", "r", "y").code, "a second answer").toBe(2);
    expect(cli(repo, "resume", "r").code).toBe(0);
    expect(named(logOf(root), "edge_selected").map((edge) => edge.reason)).toContain("human_choice");
    expect(finalOf(root).completed_nodes).toContain("ship");
  });

  it("R-LANG-6: an answer given ahead that is no choice, or for no gate, is refused before anything runs", () => {
    const repo = repository(files);
    const wrong = cli(repo, "run", "g.dot", "--run-id", "r", "--answer", "r=perhaps");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('"perhaps" is none of the choices')]);
    const nobody = cli(repo, "run", "g.dot", "--run-id", "r", "--answer", "ship=Yes");
    expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining("its gates: r")]);
    expect(existsSync(join(repo, ".attractor/runs/r/progress.ndjson"))).toBe(false);
    expect(cli(repo, "run", "g.dot", "--run-id", "q").code).toBe(4);
    expect(cli(repo, "resume", "q", "--answer", "r=perhaps").code).toBe(2);
    expect(cli(repo, "resume", "q", "--answer", "r=Yes").code).toBe(0);
  });

  it("R-RUN-5: automatic approval only when asked for, and told in manifest and final", () => {
    const repo = repository(files);
    expect(cli(repo, "run", "g.dot", "--run-id", "r", "--auto-approve").code).toBe(0);
    const root = join(repo, ".attractor/runs/r");
    expect(finalOf(root).simulated).toEqual(["gates"]);
    expect(readJson(join(root, "manifest.json")).simulated).toEqual(["gates"]);
    expect(named(logOf(root), "human_gate_answered")).toMatchObject([{ source: "auto" }]);
  });

  it("R-LIFE-9: a driver that asks takes the answer from another terminal", async () => {
    const repo = repository({
      "g.dot":
        graph(`par [shape=component]; j [shape=tripleoctagon]; ${tool("busy", "until [ -e ../../../../../go ]; do sleep 0.05; done")}; r [shape=hexagon, label="Ship?"]; ${tool("ship", "true")}
        s -> par; par -> busy -> j; par -> r; r -> j [label="Yes"]; r -> ship [label="No"]; ship -> j; j -> e`),
    });
    const root = join(repo, ".attractor/runs/r");
    const run = driver(repo, "run", "g.dot", "--run-id", "r");
    await until(
      "the gate",
      () =>
        existsSync(join(root, "live.json")) &&
        readJson<{ gates: unknown[] }>(join(root, "live.json")).gates.length > 0,
    );
    expect(cli(repo, "answer", "r", "r", "Yes").out).not.toContain("resume");
    writeFileSync(join(root, "go"), "");
    run.kill("SIGTERM");
    await run.ended;
    expect(named(logOf(root), "human_gate_answered")).toMatchObject([{ label: "Yes", source: "command" }]);
  });
});

describe("what a run refuses", () => {
  it("R-CKPT-7: a dirty repository, by file name; the checkout, its index and branch stay as they were", () => {
    const repo = repository({
      "a.txt": "a\n",
      "g.dot": graph(`${tool("w", "echo b > a.txt; echo new > n.txt; exit 1")}; s -> w; w -> e`),
    });
    writeFileSync(join(repo, "a.txt"), "changed\n");
    const refused = cli(repo, "run", "g.dot", "--run-id", "r1");
    expect([refused.code, refused.err.includes("a.txt")]).toEqual([2, true]);
    expect(finalOf(join(repo, ".attractor/runs/r1"))).toMatchObject({
      status: "fail",
      failure_class: "structural",
    });
    git(repo, "checkout", "--quiet", "a.txt");
    const before = [
      git(repo, "rev-parse", "HEAD"),
      git(repo, "status", "--porcelain"),
      git(repo, "symbolic-ref", "HEAD"),
    ];
    expect(cli(repo, "run", "g.dot", "--run-id", "r2").code).toBe(1);
    expect([
      git(repo, "rev-parse", "HEAD"),
      git(repo, "status", "--porcelain"),
      git(repo, "symbolic-ref", "HEAD"),
    ]).toEqual(before);
    expect(readFileSync(join(repo, "a.txt"), "utf8")).toBe("a\n");
    // The failed stage's work is committed all the same, on the run's branch.
    expect(git(repo, "show", "attractor/run/r2:n.txt")).toBe("new");
  });

  it("R-CKPT-9: a changed graph or config is refused on resume, with the way to go on", () => {
    const repo = repository({
      "g.dot": graph(`${tool("w", "exit 1")}; s -> w; w -> e [condition="outcome=success"]`),
    });
    const root = join(repo, ".attractor/runs/r");
    expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(1);
    const stored = readFileSync(join(root, "graph.dot"), "utf8");
    writeFileSync(join(root, "graph.dot"), stored.replace("exit 1", "exit 0"));
    const refused = cli(repo, "resume", "r");
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/graph\.dot is not the graph[\s\S]*attractor fork/);
    writeFileSync(join(root, "graph.dot"), stored);
    const config = readJson<{ version: number }>(join(root, "run_config.json"));
    writeFileSync(join(root, "run_config.json"), JSON.stringify({ ...config, pass_env: ["OTHER"] }));
    expect(cli(repo, "resume", "r").err).toContain("run_config.json is not the config");
  });

  it("a run that an older version began, whose config has fewer keys, is resumed", () => {
    const repo = repository({
      "g.dot": graph(`${tool("w", "exit 1")}; s -> w; w -> e [condition="outcome=success"]`),
    });
    const root = join(repo, ".attractor/runs/r");
    expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(1);
    const { sandbox: _, ...older } = readJson<{ sandbox: string }>(join(root, "run_config.json"));
    writeFileSync(join(root, "run_config.json"), JSON.stringify(older));
    const manifest = readJson<object>(join(root, "manifest.json"));
    const config_digest = digestOf(JSON.stringify(older));
    writeFileSync(join(root, "manifest.json"), JSON.stringify({ ...manifest, config_digest }));
    expect(cli(repo, "resume", "r").err).not.toContain("is not the config");
  });

  it("R-CKPT-9: a run folder is not begun twice, and a success is not resumed", () => {
    const repo = repository({ "g.dot": graph(`${tool("w", "true")}; s -> w -> e`) });
    expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(0);
    expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(2);
    expect(finalOf(join(repo, ".attractor/runs/r")).status).toBe("success");
    expect(cli(repo, "resume", "r").err).toContain("nothing to resume");
  });

  it("R-LIFE-8: a second writer is noticed and nothing is written over what it wrote", async () => {
    const ledger = join(folder(), "ran");
    const go = join(folder(), "go");
    const source = graph(
      `${tool("one", `echo one >> ${ledger}`)}; ${tool("two", `echo two >> ${ledger}; until [ -e ${go} ]; do sleep 0.05; done`)}; s -> one -> two -> e`,
    );
    const root = join(folder(), "run");
    const failing = ran(source, { logsRoot: root });
    await until("stage two", () => executions(ledger).includes("two"));
    const before = readFileSync(join(root, "progress.ndjson"), "utf8");
    const last = JSON.parse(before.trimEnd().split("\n").at(-1) ?? "{}");
    const foreign = {
      seq: last.seq + 1,
      ts: last.ts,
      run_id: last.run_id,
      event: "warning",
      code: "x",
      message: "x",
    };
    writeFileSync(join(root, "progress.ndjson"), `${before}${JSON.stringify(foreign)}\n`);
    writeFileSync(go, "");
    await expect(failing).rejects.toMatchObject({ name: "LedgerError" });
    expect(readFileSync(join(root, "progress.ndjson"), "utf8").startsWith(before)).toBe(true);
  });
});

describe("a fan-out that was interrupted", () => {
  it("R-LIFE-2, R-CKPT-4: after status recorded the loss, resume repeats no stage that a branch had completed", async () => {
    const ledger = join(folder(), "ran");
    const go = join(folder(), "go");
    const wait = (id: string) =>
      tool(id, `echo ${id} >> ${ledger}; until [ -e ${go} ]; do sleep 0.05; done; cat a1.txt`);
    const repo = repository({
      "g.dot":
        graph(`par [shape=component]; j [shape=tripleoctagon, merge=all]; ${tool("a1", `echo a1 >> ${ledger}; echo 1 > a1.txt`)}; ${wait("a2")}; ${tool("b1", `echo b1 >> ${ledger}`)}
        s -> par; par -> a1 -> a2 -> j; par -> b1 -> j; j -> e [condition="outcome!=skipped"]`),
    });
    const run = driver(repo, "run", "g.dot", "--run-id", "r");
    await until("a2", () => executions(ledger).includes("a2") && executions(ledger).includes("b1"));
    run.kill("SIGKILL");
    await run.ended;
    writeFileSync(go, "");
    expect(cli(repo, "status", "r").code).toBe(1);
    expect(cli(repo, "resume", "r").code).toBe(0);
    expect(executions(ledger).filter((id) => id === "a1")).toEqual(["a1"]);
    expect(finalOf(join(repo, ".attractor/runs/r"))).toMatchObject({ status: "success", resumes: 1 });
    expect(git(repo, "show", "attractor/run/r:a1.txt")).toBe("1");
  });
});
