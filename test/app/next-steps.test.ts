import { expect, it } from "vitest";
import { nextSteps } from "../../github/notify/next-steps.ts";
import { pipelineOf, play, world } from "../core/world.ts";

const GATE = `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship it?"]; start -> ask; ask -> exit [label="[S] Ship"]; ask -> exit [label="[D] Drop"] }`;

const asked = (coordinator: "app" | "workflow") => {
  const github = { repository: "o/r", graph_sha: "base", workflow_ref: "refs/heads/main", pull_request: 7 };
  const started = { base_sha: "base", coordinator, github: { ...github, durability: "stage" as const } };
  return nextSteps(play(world(pipelineOf(GATE), started)).state, { serverUrl: "https://github.com" });
};

it("R-EASE-6: a question leads to the buttons of its check where somebody hears them, and to the words to comment anywhere", () => {
  const commands = ["/attractor choose ask/1 [S] Ship", "/attractor choose ask/1 [D] Drop"];
  expect(asked("app").map(({ command }) => command)).toEqual(commands);
  expect(asked("app")[0]).toMatchObject({
    why: "answer “Ship it?” with a button of the check",
    url: "https://github.com/o/r/pull/7/checks",
  });
  expect(asked("workflow")).toEqual(commands.map((command) => ({ command, why: "answer “Ship it?”" })));
});
