import { describe, expect, it } from "vitest";
import type { EventOf, RunEvent } from "../../engine/core/events.ts";
import { type Scene, scene } from "./support/scene.ts";

const PARENT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  before [shape=parallelogram, tool_command="x"]; after [shape=parallelogram, tool_command="x"]
  m [shape=house, "stack.child_dotfile"="child.dot"]
  start -> before -> m; m -> after [condition="outcome=success"]; after -> exit }`;
const CHILD = `digraph c { graph [goal="c"] start [shape=Mdiamond]; exit [shape=Msquare]
  one [shape=parallelogram, tool_command="x"]; two [shape=parallelogram, tool_command="x"]
  start -> one; one -> two [condition="outcome=success"]; two -> exit [condition="outcome=success"] }`;
const ASKS = `digraph c { graph [goal="c"] start [shape=Mdiamond]; exit [shape=Msquare]
  one [shape=parallelogram, tool_command="x"]; ask [shape=hexagon, label="Ship?"]
  start -> one -> ask; ask -> exit [label="[Y] Yes"] }`;

const named = <E extends RunEvent["event"]>(log: readonly RunEvent[], name: E): EventOf<E>[] =>
  log.filter((line): line is EventOf<E> => line.event === name);
const endOf = (log: readonly RunEvent[]) =>
  named(log, "stage_attempt_end").find((line) => line.node_id === "m");
const runs = (s: Scene) => [...s.repository.runs.values()].map((run) => run.title);

async function asked(child: string) {
  const s = await scene(PARENT, { child });
  const run = `c${await s.comment("/attractor run g.dot")}`;
  return { s, run, child: `${run}-m-v1a1` };
}

describe("a manager whose child is a run of the repository", () => {
  it("R-GH-16: its hop ends, the child takes its own, and its end lets the parent go on", async () => {
    const { s, run, child } = await asked(CHILD);
    await s.settle();
    const log = await s.log(run);
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.hops.ran).toEqual(["before", "one", "two", "after"]);
    expect(s.hops.ranIn(child)).toEqual(["one", "two"]);
    expect(runs(s)).toEqual([
      `Attractor ${run} hop 1.1`,
      `Attractor ${child} hop 1.1`,
      `Attractor ${child} hop final.1`,
      `Attractor ${run} hop 2.2`,
      `Attractor ${run} hop final.1`,
    ]);
    const at = (event: string) =>
      log.findIndex((line) => line.event === event && (!("node_id" in line) || line.node_id === "m"));
    expect(at("hop_settled")).toBeLessThan(at("stage_attempt_start"));
    const again = log.findLastIndex((line) => line.event === "hop_planned");
    expect(at("stage_attempt_end")).toBeLessThan(again);
    expect((await s.log(child))[0]).toMatchObject({
      coordinator: "app",
      parent: { run_id: run, node: "m", visit: 1, attempt: 1 },
      github: { pull_request: s.pull, workflow: "attractor-run.yml" },
    });
    expect(s.sticky(run)).toContain("succeeded");
    expect(s.sticky(child)).toContain("succeeded");
    expect(s.failures).toEqual([]);
  });

  it("R-GH-16: the child's failure is the parent's, with the child's own cause", async () => {
    const { s, run, child } = await asked(CHILD);
    s.hops.says = (node) => (node === "two" ? "fail" : "success");
    await s.settle();
    const log = await s.log(run);
    expect(log.at(-1)).toMatchObject({
      event: "run_failed",
      failed_node: "m",
      failure_reason: "Child failed: two broke",
      cause: { node_id: "two", reason: "two broke" },
    });
    expect(endOf(log)?.context_updates).toMatchObject({
      "stack.child.status": "failed",
      "stack.child.failure_reason": "two broke",
    });
    expect((await s.log(child)).at(-1)).toMatchObject({ event: "run_failed", failed_node: "two" });
    expect(s.hops.ran).not.toContain("after");
  });

  it("R-GH-16, R-LIFE-6: cancel of the parent ends both, and the child's job", async () => {
    const { s, run, child } = await asked(CHILD);
    s.hops.says = (node) => (node === "one" ? "hang" : "success");
    await s.until(() => s.hops.ran.includes("one"));
    await s.comment("/attractor cancel");
    await s.settle();
    expect((await s.log(run)).at(-1)).toMatchObject({ event: "run_canceled" });
    const ended = await s.log(child);
    expect(named(ended, "cancellation_requested")[0]).toMatchObject({ by: `run ${run}` });
    expect(ended.at(-1)).toMatchObject({ event: "run_canceled" });
    expect(s.hops.ran).toEqual(["before", "one"]);
    expect(s.failures).toEqual([]);
  });

  it("R-GH-16, R-GH-7: the child's question is answered on the pull request, and the parent waits with it", async () => {
    const { s, run, child } = await asked(ASKS);
    await s.settle();
    expect((await s.log(child)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
    expect(s.records.findLast((each) => each.run === run)).toMatchObject({ status: "waiting" });
    await s.comment("/attractor choose ask Yes");
    await s.settle();
    expect(named(await s.log(child), "human_gate_answered")[0]).toMatchObject({ by: "ada" });
    expect((await s.log(run)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.hops.ran).toEqual(["before", "one", "after"]);
  });
});
