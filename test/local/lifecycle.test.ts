/** Runs whose driver is gone, that wait, that are refused: what the next looker finds and does. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
