import { expect, it } from "vitest";
import { finish, named, pipelineOf, start, world } from "./world.ts";

const DOT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  a [prompt="p", max_retries=3]; b [prompt="p"]; start -> a -> b -> exit }`;

it("R-AGENT-12: words for an agent wait for its next attempt, and go with its end; later ones wait for the one after", () => {
  const w = world(pipelineOf(DOT));
  const say = (node_id: string, text: string) =>
    w.append({ event: "agent_steered", node_id, text, by: "ada", command_id: text });
  const waiting = () => (w.state.steered ?? []).map(({ node, text }) => `${node}: ${text}`);
  const [first] = w.settle();
  if (first?.kind !== "stage") throw new Error("no stage");
  say("a", "tabs");
  say("b", "spaces");
  start(w, first);
  say("a", "late");
  expect(waiting()).toEqual(["a: tabs", "b: spaces", "a: late"]);
  finish(w, first, { status: "retry", failure_reason: "once more" });
  expect(waiting()).toEqual(["b: spaces", "a: late"]);
  const [second] = w.settle();
  if (second?.kind !== "stage") throw new Error("no stage");
  start(w, second);
  finish(w, second, { status: "success" });
  expect(waiting()).toEqual(["b: spaces"]);
  expect(named(w, "agent_steered").map(({ by }) => by)).toEqual(["ada", "ada", "ada"]);
});
