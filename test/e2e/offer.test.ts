import { expect, it } from "vitest";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { serve } from "./app.ts";
import { ledgerOf, story } from "./inspect.ts";
import { callerText, scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon]
  left [shape=parallelogram, tool_command="true"]; right [shape=parallelogram, tool_command="true"]
  verify [shape=parallelogram, tool_command="true"]
  start -> par; par -> left -> join; par -> right -> join; join -> verify -> exit
}`;

it("R-GH-18: with the app a fan-out of two takes four jobs of one workflow run: the job that joins asks, and goes on with what it is offered", async () => {
  const s = await scene({ "graphs/game.dot": GRAPH, [CALLER_PATH]: callerText({ coordinator: "app" }) });
  const app = await serve(s);
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  await app.settle();
  const log = ledgerOf(s, `r${id}`);
  expect(log.at(-1), `${story(s)}\n${app.failures.join("\n")}`).toMatchObject({ event: "run_completed" });
  expect(log.find((event) => event.event === "hop_planned" && event.hop === 2)).toMatchObject({
    offer: String(id),
  });
  expect(s.box.billed(id).map(({ key }) => key)).toHaveLength(4);
  // The other one leaves the end as an artifact: the app wrote it when no job was there any more.
  const hops = [...s.repository.runs.values()].filter(({ title }) => !title.includes("final"));
  expect(
    hops.map((run) => run.id),
    story(s),
  ).toEqual([id]);
  // One list each quarter of a minute at most; what stops it is in test/app/asking-runs.test.ts.
  const lists = s.box.requests.filter(({ path }) => path.endsWith("/matching-refs/attractor/asks"));
  const pauses = lists.slice(1).map(({ at }, n) => at - lists[n]!.at);
  expect(Math.min(...pauses)).toBeGreaterThan(14_000);
}, 240_000);
