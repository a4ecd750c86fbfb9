/** What long runs cost in jobs. */
import { expect, it } from "vitest";
import { story } from "./inspect.ts";
import { dispatched, GRAPHS } from "./jobs.ts";
import { scene } from "./support.ts";

it.each([
  ["graphs/two.dot", { jobs: 9, workflowRuns: 1 }],
  ["graphs/three.dot", { jobs: 16, workflowRuns: 1 }],
  ["graphs/ten.dot", { jobs: 33, workflowRuns: 3 }],
] as const)("R-GH-18: %s takes %j", async (name, expected) => {
  const s = await scene(GRAPHS);
  expect(await dispatched(s, name), story(s).slice(-20_000)).toEqual(expected);
});
