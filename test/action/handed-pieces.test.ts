import { describe, expect, it } from "vitest";
import { handedPieces } from "../../action/hop/handed-pieces.ts";
import { mayAppend } from "../../engine/core/authority.ts";
import { decide } from "../../engine/core/decide.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { ReadOnly } from "../../engine/core/read-only-stages.ts";
import { pipelineOf, type World, world } from "../core/world.ts";

const TOOL = `shape=parallelogram, tool_command="x"`;
const FAN = `p [shape=component]; j [shape=tripleoctagon]; x [${TOOL}]; y [${TOOL}]
  start -> p; p -> x -> j; p -> y -> j; j -> exit`;
const TURN = `a [${TOOL}, privileged=true]; start -> a -> exit`;

/** A run whose trunk job has decided as far as it may, and handed on. */
function handedOver(dot: string, ...since: EventBody[]): World {
  const w = world(
    pipelineOf(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]; ${dot} }`),
    { coordinator: "workflow" },
  );
  w.append({ event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "" });
  w.append({ event: "hop_started", hop: 1, epoch: 1, by: { run_id: "8", attempt: 1 } });
  for (;;) {
    const { event } = decide(w.pipeline, w.state);
    if (!event || !mayAppend("holder", event)) break;
    w.append(event);
  }
  for (const event of since) w.append(event);
  return w;
}

const pieces = ({ pipeline, state, log }: World, readOnly: ReadOnly) =>
  handedPieces({ pipeline, state, snapshot: { events: log } }, readOnly);
const keysIn = (w: World, readOnly: ReadOnly): string[] => {
  const found = pieces(w, readOnly);
  return found.kind === "branches" ? found.legs.branches.map(({ key }) => key) : [found.kind];
};

const STOP: EventBody = { event: "cancellation_requested", reason: "enough", by: "ada" };
const [first, second] = ["p/v1/01-x", "p/v1/02-y"];

describe("what a trunk job had handed on", () => {
  it("is its branches, or its turn where a job has it that may only read", () => {
    expect(keysIn(handedOver(FAN), "none")).toEqual([first, second]);
    expect(keysIn(handedOver(TURN), "privileged")).toEqual(["turn"]);
    expect(keysIn(handedOver(TURN), "none")).toEqual(["nothing"]);
    expect(keysIn(handedOver(FAN), "all")).toEqual([first, second]);
  });

  it("is no branch of a run that is stopped; a turn is taken in all the same, from where it began", () => {
    expect(keysIn(handedOver(FAN, STOP), "none")).toEqual(["nothing"]);
    expect(keysIn(handedOver(FAN, STOP), "all")).toEqual(["nothing"]);
    const found = pieces(handedOver(TURN, STOP), "privileged");
    expect(found).toMatchObject({ kind: "turn", from: { stop: null } });
  });

  it("is a state of its own each time: whoever folds it on changes nobody's", () => {
    const w = handedOver(TURN, STOP);
    const [a, b] = [pieces(w, "privileged"), pieces(w, "privileged")];
    expect(a.kind === "turn" && b.kind === "turn" && a.from !== b.from && a.from !== w.state).toBe(true);
  });
});
