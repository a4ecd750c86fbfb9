import { expect, it } from "vitest";
import { finish, named, pipelineOf, start, world } from "./world.ts";

const DOT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  a [prompt="p", max_retries=3]; b [prompt="p"]; start -> a -> b -> exit }`;

it("R-AGENT-12: words for an agent wait until one has heard them, over attempts and their ends", () => {
  const w = world(pipelineOf(DOT));
  const say = (node_id: string, text: string) =>
    w.append({ event: "agent_steered", node_id, text, by: "ada", command_id: text });
  const heard = (node_id: string, command_id: string, attempt = 1) =>
    w.append({ event: "agent_told", node_id, visit: 1, attempt, command_id, turn: 2 });
  const waiting = () => (w.state.steered ?? []).map(({ node, text }) => `${node}: ${text}`);
  const [first] = w.settle();
  if (first?.kind !== "stage") throw new Error("no stage");
  say("a", "tabs");
  say("b", "spaces");
  start(w, first);
  say("a", "late");
  expect(waiting()).toEqual(["a: tabs", "b: spaces", "a: late"]);
  heard("a", "tabs");
  // Nobody hears for another node, nor what was never said.
  heard("a", "spaces");
  heard("a", "no such words");
  finish(w, first, { status: "retry", failure_reason: "once more" });
  expect(waiting()).toEqual(["b: spaces", "a: late"]);
  const [second] = w.settle();
  if (second?.kind !== "stage") throw new Error("no stage");
  start(w, second);
  heard("a", "late", 2);
  finish(w, second, { status: "success" });
  expect(waiting()).toEqual(["b: spaces"]);
  expect(named(w, "agent_steered").map(({ by }) => by)).toEqual(["ada", "ada", "ada"]);
});

it("R-AGENT-12: words without a command's id are known by their line", () => {
  const w = world(pipelineOf(DOT));
  w.append({ event: "agent_steered", node_id: "a", text: "one", by: "ada" });
  w.append({ event: "agent_steered", node_id: "a", text: "two", by: "ada" });
  const [first] = w.state.steered ?? [];
  w.append({ event: "agent_told", node_id: "a", visit: 1, attempt: 1, command_id: first!.id, turn: 0 });
  expect((w.state.steered ?? []).map(({ text }) => text)).toEqual(["two"]);
});
