/** What long runs cost in jobs. */
import { expect, it } from "vitest";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { serve } from "./app.ts";
import { story } from "./inspect.ts";
import { dispatched, GRAPHS } from "./jobs.ts";
import { callerText, scene } from "./support.ts";

it.each([
  ["graphs/two.dot", { jobs: 9, workflowRuns: 1 }],
  ["graphs/three.dot", { jobs: 16, workflowRuns: 1 }],
  ["graphs/ten.dot", { jobs: 33, workflowRuns: 3 }],
] as const)("R-GH-18: %s takes %j", async (name, expected) => {
  const s = await scene(GRAPHS);
  expect(await dispatched(s, name), story(s).slice(-20_000)).toEqual(expected);
});

it.each([
  ["graphs/two.dot", { jobs: 10, workflowRuns: 2 }],
  ["graphs/three.dot", { jobs: 17, workflowRuns: 2 }],
  ["graphs/ten.dot", { jobs: 34, workflowRuns: 4 }],
] as const)("R-GH-18: %s takes %j with the app", async (name, expected) => {
  const s = await scene({ ...GRAPHS, [CALLER_PATH]: callerText({ coordinator: "app" }) });
  const { settle } = await serve(s);
  expect(await dispatched(s, name, settle), story(s).slice(-20_000)).toEqual(expected);
});
