import { expect, it } from "vitest";
import { toldWhen } from "../../github/commands/told-when.ts";
import { finish, pipelineOf, start, type World, world } from "../core/world.ts";

const DOT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  a [prompt="p", max_retries=1]; fan [shape=component]; join [shape=tripleoctagon]; b [prompt="p"]; c [prompt="p"]
  start -> a -> fan; fan -> b -> join; fan -> c -> join; join -> exit }`;

const LATER = "is told when it runs next";
const PERHAPS = "is told at its next turn if it runs now, else when it runs next";

function chosen(w: World, backend: string, attempt: number): void {
  const place = { node_id: "a", visit: 1, attempt };
  w.append({ event: "provider_selected", ...place, provider: "ours", backend, source: "graph_attrs" });
}

function next(w: World) {
  const [effect] = w.settle();
  if (effect?.kind !== "stage") throw new Error("no stage");
  start(w, effect);
  return effect;
}

it("R-AGENT-12: the answer to steer says where the words go: to the attempt that runs, or to the next", () => {
  const w = world(pipelineOf(DOT));
  const when = (node = "a") => toldWhen({ state: w.state, events: w.log }, node);
  expect(when()).toBe(LATER);
  w.append({ event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "it begins" });
  w.append({ event: "hop_started", hop: 1, epoch: 1, by: { run_id: "1", attempt: 1 } });
  expect(when()).toBe(LATER);
  const first = next(w);
  expect([when(), when("b")]).toEqual([PERHAPS, LATER]);
  chosen(w, "api", 1);
  expect(when()).toBe("runs now and is told at its next turn; if it has none, when it runs next");
  finish(w, first, { status: "retry", failure_reason: "once more" });
  expect(when()).toBe(LATER);
  const second = next(w);
  // What the attempt before was by says nothing of this one.
  expect(when()).toBe(PERHAPS);
  chosen(w, "claude", 2);
  expect(when()).toBe(
    "runs now, and <code>claude</code> hears nothing while it works: its next attempt is told",
  );
  finish(w, second, { status: "success" });
  w.settle();
  expect(when("b")).toBe(PERHAPS);
  w.append({ event: "hop_settled", hop: 1, epoch: 1, outcome: "done" });
  expect(when("b")).toBe(LATER);
});
