import { describe, expect, it } from "vitest";
import { handedOn, hasRoom, legsGo, type Piece } from "../../action/hop/handed-on.ts";
import { endRound } from "../../action/hop/next-round.ts";
import { mayAppend } from "../../engine/core/authority.ts";
import { unfinished } from "../../engine/core/branch-result.ts";
import { decide } from "../../engine/core/decide.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import type { Tip } from "../../engine/ledger/port.ts";
import { pipelineOf, type World, world } from "../core/world.ts";

const by = { run_id: "8", attempt: 2 };
const titleOf = (piece: Piece): string => (typeof piece === "string" ? `00 ${piece}` : `${piece.index + 1}`);
const END = {
  outcome: "done",
  claimant: { by },
  used: 0,
  readOnly: "none",
  now: () => 0,
  collects: true,
} as const;

/** A run that workflow run 8 holds, decided on as far as its trunk job may. */
function held(dot: string, coordinator: "workflow" | "app" = "workflow"): World {
  const w = world(
    pipelineOf(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]; ${dot} }`),
    {
      coordinator,
    },
  );
  w.append({ event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "" });
  w.append({ event: "hop_started", hop: 1, epoch: 1, by });
  for (;;) {
    const { event } = decide(w.pipeline, w.state);
    if (!event || !mayAppend("holder", event)) return w;
    w.append(event);
  }
}

function logOf(w: World): RunLog & { readonly flushed: number } {
  let flushed = 0;
  return {
    pipeline: w.pipeline,
    get state() {
      return w.state;
    },
    get flushed() {
      return flushed;
    },
    tip: "" as Tip,
    dirty: false,
    push(body) {
      w.append(body);
      return w.log.at(-1)!;
    },
    flush: async () => void flushed++,
    exclusive: (work) => work(),
    rebase: () => undefined,
  };
}

const FAN = (
  legs: number,
) => `p [shape=component, max_parallel=300]; j [shape=tripleoctagon]; start -> p; j -> exit
  ${Array.from({ length: legs }, (_, n) => `b${n} [shape=parallelogram, tool_command="x"]; p -> b${n} -> j`).join("; ")}`;

function bring(w: World): void {
  for (const branch of plannedLegs(w.pipeline, w.state)?.branches ?? [])
    w.append({
      ...{
        event: "branch_completed",
        branch_key: branch.key,
        fan_node: "p",
        fan_visit: 1,
        status: "success",
      },
      result: { ...unfinished(branch, "canceled", "lost"), status: "success", left_by: "join" },
    });
}

/** What one commit held, after the lines that were there. */
async function appended(w: World, used = 0, outcome: "done" | "yield" = "done", collects = true) {
  const before = w.log.length;
  const log = logOf(w);
  const goesOn = await endRound(log, { ...END, used, outcome, collects });
  return { goesOn, flushed: log.flushed, events: w.log.slice(before).map(({ event }) => event) };
}

describe("the end of a hop in a trunk job", () => {
  it("ends the hop, joins, and claims the next round, in one commit that it leaves to its caller", async () => {
    const w = held(FAN(2));
    bring(w);
    const { goesOn, events, flushed } = await appended(w);
    expect([goesOn, flushed, events[0], events.at(-1)]).toEqual([true, 0, "hop_settled", "hop_started"]);
    expect(events).toContain("fanout_joined");
  });

  it("ends the run after the hop", async () => {
    const w = held("a [shape=parallelogram, tool_command=x]; start -> a -> exit");
    w.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    const { goesOn, events } = await appended(w);
    expect([goesOn, events[0], events.at(-1)]).toEqual([false, "hop_settled", "run_canceled"]);
  });

  it("claims the next round with its plan, under an epoch of its own", async () => {
    const w = held("a [shape=parallelogram, tool_command=x]; start -> a -> exit");
    const { goesOn, events } = await appended(w);
    expect([goesOn, events]).toEqual([true, ["hop_settled", "hop_planned", "hop_started"]]);
    expect(w.state.hop).toMatchObject({ hop: 2, epoch: 2, status: "claimed", by });
  });

  it("asks, and plans nothing that nobody claims", async () => {
    const w = held("q [shape=hexagon]; start -> q; q -> exit [label=Yes]");
    const { goesOn, events } = await appended(w);
    expect([goesOn, events.at(-1)]).toEqual([false, "human_gate_waiting"]);
  });

  it("leaves the next hop to another job when its time is up, and everything to the app where that decides", async () => {
    const dot = "a [shape=parallelogram, tool_command=x]; start -> a -> exit";
    expect(await appended(held(dot), 0, "yield")).toMatchObject({ goesOn: false, events: ["hop_settled"] });
    expect(await appended(held(dot, "app"))).toMatchObject({ goesOn: false, events: ["hop_settled"] });
  });

  it("R-GH-18: leaves what follows its own work to another job: it neither claims nor asks, and ends what is to end", async () => {
    const dot = "a [shape=parallelogram, tool_command=x]; start -> a -> exit";
    const own = (w: World) => appended(w, 0, "done", false);
    expect(await own(held(dot))).toMatchObject({ goesOn: false, events: ["hop_settled"] });
    const app = held(dot, "app");
    expect(await own(app)).toMatchObject({ goesOn: false, events: ["hop_settled"] });
    expect(app.log.at(-1)).not.toHaveProperty("asks");
    const stopped = held(dot);
    stopped.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    expect((await own(stopped)).events.at(-1)).toBe("run_canceled");
  });

  it("gives one workflow run 256 branches in all its rounds, and the rest to the next", async () => {
    const w = held(FAN(300));
    const first = handedOn(w.pipeline, w.state, "none")!;
    expect(hasRoom(first, 0)).toBe(true);
    const go = legsGo(w.state, first, titleOf, 0);
    expect([go.legs.length, go.max]).toEqual([256, 256]);
    bring(w);
    expect(await appended(w, go.legs.length)).toMatchObject({ goesOn: false, events: ["hop_settled"] });
    expect(plannedLegs(w.pipeline, w.state)?.branches.length).toBe(44);
  });

  it("goes on with branches that fit beside those before", async () => {
    const w = held(FAN(300));
    bring(w);
    expect(await appended(w, 256 - 44)).toMatchObject({ goesOn: true });
  });
});

describe("what a trunk job hands on", () => {
  const TOOL = "shape=parallelogram, tool_command=x";
  const MIXED = `p [shape=component]; j [shape=tripleoctagon]; a [${TOOL}]; b [${TOOL}]; r [${TOOL}, privileged=true]
    start -> p; p -> a -> j; p -> b -> r -> j; j -> exit`;
  const SERIAL = `a [${TOOL}, privileged=true]; b [${TOOL}]; start -> a -> b -> exit`;
  const go = (dot: string, readOnly: "none" | "privileged" | "all") => {
    const w = held(dot);
    const handed = handedOn(w.pipeline, w.state, readOnly);
    if (handed === null) return null;
    const { legs, readOnly: apart } = legsGo(w.state, handed, titleOf, 0);
    return [legs, apart];
  };

  it("R-GH-9: a branch with a privileged stage is one for jobs that may only read, whole, and the others are not", () => {
    expect(go(MIXED, "none")).toEqual([["1", "2"], []]);
    expect(go(MIXED, "privileged")).toEqual([["1"], ["2"]]);
    expect(go(MIXED, "all")).toEqual([["1", "2"], []]);
  });

  it("R-GH-9: the trunk's turn goes to such a job at a privileged stage, and wherever all stages are theirs", () => {
    expect([go(SERIAL, "none"), go(SERIAL, "privileged"), go(SERIAL, "all")]).toEqual([
      null,
      [[], ["00 a"]],
      [["00 a"], []],
    ]);
    const plain = `a [${TOOL}]; start -> a -> exit`;
    expect([go(plain, "privileged"), go(plain, "all")]).toEqual([null, [["00 a"], []]]);
  });

  it("asks people itself", () => {
    const w = held("q [shape=hexagon]; start -> q; q -> exit [label=Yes]");
    expect(handedOn(w.pipeline, w.state, "privileged")).toBeNull();
  });
});
