import { describe, expect, it } from "vitest";
import { plannedLegs } from "../../engine/core/legs.ts";
import { checkpointOf } from "../../engine/ledger/projections/checkpoint.ts";
import { finalOf } from "../../engine/ledger/projections/final.ts";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import { finish, named, pipelineOf, play, run, start, world } from "./world.ts";

const FAN = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  scaffold [shape=parallelogram, tool_command="x"]; fanout [shape=component, max_parallel=2]; join [shape=tripleoctagon]
  a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]; c [shape=parallelogram, tool_command="x"]
  start -> scaffold -> fanout; fanout -> a -> join; fanout -> b -> join; fanout -> c -> join; join -> exit }`;

describe("telemetry", () => {
  it("R-LIVE-4: live names only what is current; during a fan-out the fan-out and its branches", () => {
    const w = world(pipelineOf(FAN));
    const [scaffold] = w.settle();
    if (scaffold?.kind !== "stage") throw new Error("no stage");
    start(w, scaffold);
    expect(liveOf(w.state).current.map((s) => s.node_id)).toEqual(["scaffold"]);
    finish(w, scaffold, { status: "success" });
    const [a] = w.settle();
    if (a?.kind !== "stage") throw new Error("no stage");
    start(w, a);
    const live = liveOf(w.state);
    expect(live.current.map((s) => s.node_id)).toEqual(["fanout", "a", "b"]);
    expect(live.current.map((s) => s.node_id)).not.toContain("scaffold");
    expect(live.fan_outs[0]?.branches.map((b) => b.status)).toEqual(["running", "running", "pending"]);
    const checkpoint = checkpointOf(w.state);
    expect(checkpoint).toMatchObject({ current_node: "scaffold", next: "fanout" });
    play(w);
    expect(liveOf(w.state)).toMatchObject({ status: "success", current: [], fan_outs: [] });
  });

  it("R-LIFE-3: every branch has its own end in the log and in the final, whatever the run's end", () => {
    const w = world(pipelineOf(FAN));
    play(w, {
      onEffect: (at, effect) => {
        if (effect.node === "b") at.append({ event: "cancellation_requested", reason: "stop", by: "tester" });
      },
    });
    expect(w.state.ended?.event).toBe("run_canceled");
    expect(named(w, "branch_completed").map((e) => e.branch_key)).toHaveLength(3);
    expect(finalOf(w.state).branches.map((b) => b.status)).toEqual(["success", "canceled", "canceled"]);
    expect(w.log.findIndex((e) => e.event === "fanout_joined")).toBeLessThan(w.log.length - 1);
  });

  it("R-CKPT-1: retries in a branch are counted and shown", () => {
    const w = run(
      FAN.replace(
        'a [shape=parallelogram, tool_command="x"]',
        'a [shape=parallelogram, tool_command="x", max_retries=3]',
      ),
      {
        outcomes: {
          a: [
            { status: "retry", failure_reason: "again" },
            { status: "retry", failure_reason: "again" },
            "success",
          ],
        },
      },
    );
    expect(finalOf(w.state).branches[0]).toMatchObject({ node_visits: { a: 1 }, node_retries: { a: 2 } });
  });
});

describe("budgets", () => {
  const spend = (usd: number | null) => ({
    status: "success",
    usage: [{ provider: "p", model: "m", input_tokens: 10, cost_usd: usd }],
  });
  const budget = { usd: 1, tokens: null, minutes: null, attempts: null, on_unknown: "block" as const };

  it("R-OBS-3: a fan-out reserves for each branch before any starts, and a branch stops at its reservation", () => {
    const dot = FAN.replace("a -> join", "a -> a2 -> join").replace(
      "start ->",
      'a2 [shape=parallelogram, tool_command="x"]; start ->',
    );
    const w = world(pipelineOf(dot), { budget });
    play(w, { outcomes: { scaffold: [spend(0.4)], a: [spend(0.25)] } });
    const reserved = named(w, "budget_reserved")[0]?.usd ?? {};
    expect(Object.values(reserved).map((usd) => Number(usd.toFixed(4)))).toEqual([0.2, 0.2, 0.2]);
    expect(w.log.findIndex((e) => e.event === "budget_reserved")).toBeLessThan(
      w.log.findIndex((e) => e.event === "branch_started"),
    );
    expect(named(w, "budget_exceeded")[0]).toMatchObject({ branch_key: "fanout/v1/01-a", what: "usd" });
    expect(named(w, "stage_attempt_start").some((e) => e.node_id === "a2")).toBe(false);
  });

  it("R-OBS-3: a spent budget stops the run before the next attempt", () => {
    const w = world(pipelineOf(FAN), { budget });
    play(w, { outcomes: { scaffold: [spend(1.2)] } });
    expect(w.state.ended).toMatchObject({ event: "run_failed", failure_class: "budget_exhausted" });
    expect(named(w, "stage_attempt_start").some((e) => e.node_id === "a")).toBe(false);
  });

  it("R-OBS-3: a cost that cannot be measured is a third state with its own policy", () => {
    const dot = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      one [shape=box, prompt="p", llm_provider=x]; two [shape=box, prompt="p", llm_provider=x]; start -> one -> two -> exit }`;
    const blocked = world(pipelineOf(dot), { budget });
    play(blocked, { outcomes: { one: [spend(null)] } });
    expect(named(blocked, "budget_exceeded")[0]).toMatchObject({ what: "unknown" });
    const allowed = world(pipelineOf(dot), { budget: { ...budget, on_unknown: "allow" } });
    play(allowed, { outcomes: { one: [spend(null)] } });
    expect(allowed.state.ended?.event).toBe("run_completed");
    expect(finalOf(allowed.state).totals).toMatchObject({
      cost_usd: null,
      cost_usd_known: 0,
      cost_complete: false,
    });
  });

  it("R-OBS-3: a fan-in that asks a model to rank is paid like any agent", () => {
    const dot = (prompt: string) => `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      one [prompt="p"]; fan [shape=component]; join [shape=tripleoctagon${prompt}]
      a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
      start -> one -> fan; fan -> a -> join; fan -> b -> join; join -> exit }`;
    const ended = (prompt: string) => {
      const w = world(pipelineOf(dot(prompt)), { budget });
      play(w, { outcomes: { one: [spend(null)] } });
      return [w.state.ended?.event, named(w, "budget_exceeded").map(({ node_id, what }) => [node_id, what])];
    };
    expect(ended("")).toEqual(["run_completed", []]);
    expect(ended(', prompt="Which is best?"')).toEqual(["run_failed", [["join", "unknown"]]]);
  });
});

describe("legs", () => {
  it("R-GH-10: more branches than a matrix holds go on in the next hop, in order, under the same join", () => {
    const dot = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]; list [shape=parallelogram, tool_command="x"]
      fan [shape=component, items=files, max_parallel=400]; work [shape=parallelogram, tool_command="x"]; join [shape=tripleoctagon]
      start -> list -> fan -> work -> join -> exit }`;
    const w = world(pipelineOf(dot));
    const [list] = w.settle();
    if (list?.kind !== "stage") throw new Error("no stage");
    start(w, list);
    finish(w, list, {
      status: "success",
      context_updates: { files: Array.from({ length: 300 }, (_, i) => `f${i}`) },
    });
    // A trunk job leaves `branch_started` to the legs: fold everything before it.
    const hop = (expected: number) => {
      const legs = plannedLegs(w.pipeline, w.state);
      expect(legs?.branches).toHaveLength(expected);
      return legs?.branches ?? [];
    };
    w.settle();
    const first = hop(256);
    expect(first[0]?.index).toBe(0);
    for (const branch of first) {
      const scope = w.state.scopes.get(branch.key);
      if (!scope) throw new Error(`${branch.key} did not start`);
      const effect = {
        kind: "stage",
        id: branch.key,
        scope: branch.key,
        node: "work",
        visit: 1,
        attempt: 1,
        notBefore: null,
      } as const;
      start(w, effect);
      finish(w, effect, { status: "success" });
      w.settle();
    }
    const rest = hop(44);
    expect(rest.map((branch) => branch.index)).toEqual(Array.from({ length: 44 }, (_, i) => 256 + i));
  });
});
