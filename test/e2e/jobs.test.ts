/** What runs cost in jobs; the long ones are in jobs.whole.ts. */
import { expect, it } from "vitest";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { serve } from "./app.ts";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { counted, dispatched, GRAPHS } from "./jobs.ts";
import { openPull } from "./pull.ts";
import { callerText, EARS, scene } from "./support.ts";

it("R-GH-18: what a run takes in jobs and workflow runs: serial, a fan-out, a question between", async () => {
  const s = await scene(GRAPHS);
  expect(await dispatched(s, "graphs/serial.dot"), story(s)).toEqual({ jobs: 1, workflowRuns: 1 });
  expect(await dispatched(s, "graphs/fan.dot"), story(s)).toEqual({ jobs: 4, workflowRuns: 1 });
  expect(await dispatched(s, "graphs/gate.dot"), story(s)).toEqual({ jobs: 4, workflowRuns: 3 });
}, 240_000);

it("R-GH-18: a run that a pull request is told of takes one job more", async () => {
  const s = await scene({ ...GRAPHS, ...EARS });
  const pull = await openPull(s);
  const run = await pull.say("/attractor run graphs/serial.dot");
  await allRuns(s);
  expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  expect(await counted(s, new Set()), story(s)).toEqual({ jobs: 2, workflowRuns: 1 });
  expect((await pull.comments()).join()).toContain("succeeded");
}, 240_000);

it("R-GH-18: what the same takes with the app, the job that leaves the end among them: no job more for a fan-out", async () => {
  const s = await scene({ ...GRAPHS, [CALLER_PATH]: callerText({ coordinator: "app" }) });
  const { settle, failures } = await serve(s);
  const told = () => `${story(s)}\n${failures.join("\n")}`;
  expect(await dispatched(s, "graphs/serial.dot", settle), told()).toEqual({ jobs: 2, workflowRuns: 2 });
  expect(await dispatched(s, "graphs/fan.dot", settle), told()).toEqual({ jobs: 5, workflowRuns: 2 });
  // Answered by a dispatch: a job Command.
  expect(await dispatched(s, "graphs/gate.dot", settle), told()).toEqual({ jobs: 4, workflowRuns: 4 });
}, 240_000);
