import { describe, expect, it } from "vitest";
import type { EventOf } from "../../engine/core/events.ts";
import { childRunId } from "../../engine/git/names.ts";
import { MINUTE, world } from "./support/world.ts";

const parent = (attributes = "") => `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  m [shape=house, "stack.child_dotfile"="graphs/child.dot"${attributes}]
  after [shape=parallelogram, tool_command="x"]
  start -> m; m -> after [condition="outcome=success"]; m -> exit [condition="outcome=fail"]; after -> exit }`;
const CHILD = `digraph c { graph [goal="c"] start [shape=Mdiamond]; exit [shape=Msquare]
  inner [shape=parallelogram, tool_command="x"]; start -> inner -> exit }`;
const ID = "run1-m-v1a1";

const managing = (attributes = "", files: Record<string, string> = { "graphs/child.dot": CHILD }) =>
  world(parent(attributes), { inputs: {} }, files);
const endOf = (w: ReturnType<typeof world>) =>
  w
    .log()
    .find(
      (line): line is EventOf<"stage_attempt_end"> =>
        line.event === "stage_attempt_end" && line.node_id === "m",
    );
const hop = (n: number, settled: boolean) => [
  { event: "hop_planned", hop: n, epoch: n, plan: { kind: "trunk" }, why: "x" } as const,
  ...(settled ? [{ event: "hop_settled", hop: n, epoch: n, outcome: "done" } as const] : []),
];

describe("a manager whose child is a run", () => {
  it("R-GH-16: begins the child once, holds no hop while it goes on, and goes on itself when it ends", async () => {
    const w = managing();
    const found = await w.look();
    expect(found).toMatchObject({ status: "running", hints: [ID] });
    expect(w.dispatches).toEqual([]);
    const child = w.other(ID);
    expect(child.log()).toMatchObject([
      {
        event: "run_started",
        coordinator: "app",
        parent: { run_id: "run1", node: "m", visit: 1, attempt: 1 },
        graph: { name: "c", path: "graphs/child.dot" },
        base_sha: "0".repeat(40),
        run_branch: `attractor/run/${ID}`,
      },
    ]);
    child.append(...hop(1, false));
    // Doubled hints change nothing.
    for (const again of await Promise.all([w.look(), w.look()])) expect(again.hints).toEqual([]);
    expect(w.names().filter((name) => name === "stage_attempt_start")).toHaveLength(2);
    child.append({ event: "run_completed", status: "success" });
    await Promise.all([w.look(), w.look()]);
    expect(endOf(w)).toMatchObject({
      status: "success",
      notes: "Child completed",
      context_updates: { "stack.child.status": "completed", "stack.child.outcome": "success" },
    });
    expect(w.names().filter((name) => name === "stage_attempt_end")).toHaveLength(2);
    expect(w.names().at(-1)).toBe("hop_planned");
    expect(w.dispatches).toHaveLength(1);
  });

  it("R-GH-16: a child without a graph, or with a broken one, fails the stage with what is wrong", async () => {
    const bare = managing("", {});
    await bare.look();
    expect(endOf(bare)?.failure_reason).toMatch(
      /^the child graph graphs\/child.dot is no ordinary file in the worktree of at most \d+ bytes$/,
    );
    const broken = managing("", { "graphs/child.dot": "digraph c { start [shape=Mdiamond] }" });
    await broken.look();
    expect(endOf(broken)?.failure_reason).toMatch(/^Child failed: graphs\/child.dot:\d+:\d+/);
    expect(broken.other(ID).log()).toEqual([]);
  });

  it("R-GH-16: runs of a repository are bounded, children counted", async () => {
    const w = managing();
    const many = Array.from({ length: 20 }, (_, n) => `r${n}`);
    const children = { ...w.ports().children, openRuns: async () => many };
    await w.look({ children });
    expect(endOf(w)?.failure_reason).toContain("20 runs are going on in this repository");
    expect(w.other(ID).log()).toEqual([]);
  });

  it("R-GH-16: max cycles counts the child's hops that are over, not the looks; the child is told to end", async () => {
    const w = managing(', "manager.max_cycles"=2');
    await w.look();
    const child = w.other(ID);
    child.append(...hop(1, true), ...hop(2, false));
    for (let looks = 0; looks < 5; looks++) expect((await w.look()).status).toBe("running");
    expect(endOf(w)).toBeUndefined();
    child.append({ event: "hop_settled", hop: 2, epoch: 2, outcome: "done" }, ...hop(3, false));
    expect((await w.look()).hints).toEqual([ID]);
    expect(endOf(w)?.failure_reason).toBe("Max cycles exceeded (2)");
    expect(child.log().at(-1)).toMatchObject({
      event: "cancellation_requested",
      reason: "Max cycles exceeded (2)",
      by: "run run1",
    });
  });

  it("R-GH-16: a child whose last hop was the last cycle has ended in time", async () => {
    const w = managing(', "manager.max_cycles"=1');
    await w.look();
    w.other(ID).append(...hop(1, true), { event: "run_completed", status: "success" });
    await w.look();
    expect(endOf(w)?.status).toBe("success");
  });

  it("R-GH-16: its time is looked at by the sweep; when it is up the child ends too", async () => {
    const w = managing(", timeout=30m");
    const began = await w.look();
    expect(began).toMatchObject({ lookAgainAt: Date.UTC(2026, 0, 1, 0, 30) });
    w.wait(29 * MINUTE);
    await w.look();
    expect(endOf(w)).toBeUndefined();
    w.wait(MINUTE);
    await w.look();
    expect(endOf(w)).toMatchObject({
      failure_class: "transient_infra",
      failure_reason: `timed out after ${30 * MINUTE} ms`,
      evidence: { timed_out: true },
      duration_ms: 30 * MINUTE,
    });
    expect(w.other(ID).log().at(-1)).toMatchObject({ event: "cancellation_requested" });
  });

  it("R-GH-16: the run's own limit of a stage holds for a manager too", async () => {
    const policy = "version: 1\nruntime_policy: { stage_timeout_ms: 60000 }\n";
    const w = managing("", { "graphs/child.dot": CHILD, ".github/attractor.yml": policy });
    expect(await w.look()).toMatchObject({ lookAgainAt: Date.UTC(2026, 0, 1, 0, 1) });
  });

  it("R-GH-16: a stop condition is decided at the child's news; a manager that starts nothing decides at once", async () => {
    const w = managing(', "manager.stop_condition"="context.stack.child.active_stage=inner"');
    await w.look();
    expect(endOf(w)).toBeUndefined();
    const place = { visit: 1, attempt: 1, max: 1 };
    w.other(ID).append(
      { event: "stage_attempt_start", node_id: "start", handler: "start", ...place },
      {
        event: "stage_attempt_end",
        node_id: "start",
        handler: "start",
        status: "success",
        duration_ms: 0,
        ...place,
      },
      {
        event: "edge_selected",
        from_node: "start",
        to_node: "inner",
        visit: 1,
        edge: 0,
        reason: "only_edge",
        candidates: 1,
        outcome: "success",
      },
      { event: "stage_attempt_start", node_id: "inner", handler: "tool", ...place },
    );
    await w.look();
    expect(endOf(w)).toMatchObject({ status: "success", notes: "Stop condition satisfied" });
    expect(w.other(ID).log().at(-1)).toMatchObject({ event: "cancellation_requested" });

    const idle = managing(', "stack.child_autostart"=false, "manager.max_cycles"=4');
    await idle.look();
    expect(endOf(idle)?.failure_reason).toBe("Max cycles exceeded (4)");
    expect(idle.other(ID).log()).toEqual([]);
  });

  it("R-GH-16: a canceled manager's child is told first, and the run ends canceled", async () => {
    const w = managing();
    await w.look();
    w.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    const found = await w.look();
    expect(found).toMatchObject({ status: "ended", hints: [ID] });
    expect(endOf(w)).toMatchObject({ evidence: { canceled: true }, failure_class: "canceled" });
    expect(w.log().at(-1)).toMatchObject({ event: "run_canceled" });
    expect(w.other(ID).log().at(-1)).toMatchObject({ event: "cancellation_requested" });
  });

  it("R-GH-16: who dies between the child's request and the manager's end is repeated, and the child is asked once", async () => {
    const w = managing();
    await w.look();
    w.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    w.memory.before = () => {
      throw new Error("killed");
    };
    await expect(w.look()).rejects.toThrow("killed");
    expect(endOf(w)).toBeUndefined();
    await Promise.all([w.look(), w.look()]);
    expect(w.log().at(-1)).toMatchObject({ event: "run_canceled" });
    const asked = w.other(ID).log();
    expect(asked.map((line) => line.event)).toEqual(["run_started", "cancellation_requested"]);
  });

  it("R-GH-16: a child that waits for a person makes its manager wait", async () => {
    const asks = `digraph c { graph [goal="c"] start [shape=Mdiamond]; exit [shape=Msquare]
      ask [shape=hexagon, label="Ship?"]; start -> ask; ask -> exit [label="[Y] Yes"] }`;
    const w = managing("", { "graphs/child.dot": asks });
    await w.look();
    const child = world(asks);
    await child.look();
    w.other(ID).append(
      ...child
        .log()
        .slice(1)
        .map(({ seq: _s, ts: _t, run_id: _r, ...body }) => body),
    );
    expect(await w.look()).toMatchObject({ status: "waiting", hints: [] });
  });

  it("R-GH-16: a retry of the manager is another child, after its pause", async () => {
    const w = managing(", max_retries=1, timeout=30m");
    await w.look();
    w.wait(30 * MINUTE);
    const slept = await w.look();
    expect(w.names()).toContain("stage_retry_sleep");
    if (slept.status === "ended") throw new Error("it ended");
    expect(slept.lookAgainAt).toBeGreaterThan(Date.UTC(2026, 0, 1, 0, 30));
    expect(w.other("run1-m-v1a2").log()).toEqual([]);
    w.wait(slept.lookAgainAt - Date.UTC(2026, 0, 1, 0, 30));
    expect((await w.look()).hints).toEqual(["run1-m-v1a2"]);
    expect(w.other("run1-m-v1a2").log()).toHaveLength(1);
  });

  it("R-GH-16: a child's name is safe, bounded and another for another attempt", () => {
    const of = { runId: "r1", node: "Böse/../Node", visit: 1, attempt: 2 };
    const names = [
      childRunId(of),
      childRunId({ ...of, attempt: 3 }),
      childRunId({ ...of, node: "x".repeat(300) }),
    ];
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,47}$/);
    expect(childRunId({ ...of, runId: names[2]! })).not.toBe(names[2]);
  });
});
