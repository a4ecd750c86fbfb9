/** Runs whose driver is gone, that wait, that are refused: what the next looker finds and does. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hereIn } from "./here.ts";
import {
  driver,
  executions,
  finalOf,
  folder,
  git,
  graph,
  hasFinal,
  logOf,
  named,
  readJson,
  repository,
  tool,
  until,
} from "./world.ts";

describe("a run that waits for a person", () => {
  const files = {
    "g.dot": graph(
      `r [shape=hexagon, label="Ship it?"]; ${tool("ship", "true")}; s -> r; r -> ship [label="[Y] Yes"]; r -> e [label="[N] No"]; ship -> e`,
    ),
  };

  it("R-LIFE-9: is a state with exit 4, no final and no loss; answer and resume go on", async () => {
    const repo = repository(files);
    const root = join(repo, ".attractor/runs/r");
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "r")).code).toBe(4);
    for (const look of [1, 2]) expect((await hereIn(repo, "status", "r")).code, `look ${look}`).toBe(4);
    expect(hasFinal(root)).toBe(false);
    expect(readJson(join(root, "live.json"))).toMatchObject({
      status: "waiting",
      gates: [{ gate: "r/1", choices: ["[Y] Yes", "[N] No"] }],
    });
    expect(readJson(join(root, "checkpoint.json"))).toMatchObject({
      status: "waiting",
      gates: [{ gate: "r/1" }],
    });
    const wrong = await hereIn(repo, "answer", "r", "r", "perhaps");
    expect([wrong.code, wrong.err.includes('"perhaps" is none of the choices')]).toEqual([2, true]);
    expect((await hereIn(repo, "answer", "--run-id", "r", "r", "y")).code).toBe(0);
    expect((await hereIn(repo, "answer", "r", "r", "y")).code, "a second answer").toBe(2);
    expect((await hereIn(repo, "resume", "r")).code).toBe(0);
    expect(named(logOf(root), "edge_selected").map((edge) => edge.reason)).toContain("human_choice");
    expect(finalOf(root).completed_nodes).toContain("ship");
  });

  it("R-LANG-6: an answer given ahead that is no choice, or for no gate, is refused before anything runs", async () => {
    const repo = repository(files);
    const wrong = await hereIn(repo, "run", "g.dot", "--run-id", "r", "--answer", "r=perhaps");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('"perhaps" is none of the choices')]);
    const nobody = await hereIn(repo, "run", "g.dot", "--run-id", "r", "--answer", "ship=Yes");
    expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining("its gates: r")]);
    expect(existsSync(join(repo, ".attractor/runs/r/progress.ndjson"))).toBe(false);
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "q")).code).toBe(4);
    expect((await hereIn(repo, "resume", "q", "--answer", "r=perhaps")).code).toBe(2);
    expect((await hereIn(repo, "resume", "q", "--answer", "r=Yes")).code).toBe(0);
  });

  it("R-RUN-5: automatic approval only when asked for, and told in manifest and final", async () => {
    const repo = repository(files);
    expect((await hereIn(repo, "run", "g.dot", "--run-id", "r", "--auto-approve")).code).toBe(0);
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
    expect((await hereIn(repo, "answer", "r", "r", "Yes")).out).not.toContain("resume");
    writeFileSync(join(root, "go"), "");
    run.kill("SIGTERM");
    await run.ended;
    expect(named(logOf(root), "human_gate_answered")).toMatchObject([{ label: "Yes", source: "command" }]);
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
    expect((await hereIn(repo, "status", "r")).code).toBe(1);
    expect((await hereIn(repo, "resume", "r")).code).toBe(0);
    expect(executions(ledger).filter((id) => id === "a1")).toEqual(["a1"]);
    expect(finalOf(join(repo, ".attractor/runs/r"))).toMatchObject({ status: "success", resumes: 1 });
    expect(git(repo, "show", "attractor/run/r:a1.txt")).toBe("1");
  });
});
