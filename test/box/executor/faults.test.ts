import { expect, it } from "vitest";
import { saidIn } from "./support/text.ts";
import { createWorld, MAIN, runOnce } from "./support/world.ts";

const HANG = `trap 'exit 3' INT TERM; echo SAY hangs; for i in $(seq 600); do sleep 0.1; done`;
const JOBS = `on: workflow_dispatch
jobs:
  first: { runs-on: ubuntu-latest, steps: [{ run: "${HANG}" }] }
  next: { needs: first, if: "\${{ !cancelled() }}", runs-on: ubuntu-latest, steps: [{ run: echo SAY next }] }
`;

it.each([
  [false, []],
  [true, ["next"]],
] as const)(
  "cancelled() can be told to say false after a cancel (%s, actions/runner#3041)",
  async (wrong, said) => {
    await using world = await createWorld({ [MAIN]: JOBS });
    world.executor.faults.cancelledSaysFalse = wrong;
    const id = world.queue();
    await world.logged(id, "first", "\nSAY hangs");
    world.executor.cancel(id, "cancel");
    await world.ended(id);
    expect(world.job(id, "first").conclusion).toBe("cancelled");
    expect(saidIn(world.job(id, "next").log)).toEqual(said);
  },
);

it("a job can be made to wait for its runner", async () => {
  const job =
    "on: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: echo SAY ran }] } }";
  await using world = await createWorld({ [MAIN]: job }, { clock: { speed: 0 } });
  world.executor.faults.queueMs = 60_000;
  const id = world.queue();
  await world.records.until(() => world.records.runs.get(id)?.jobs.length === 1);
  world.records.clock.advance(59_000);
  expect(world.job(id, "a").status).toBe("queued");
  world.records.clock.advance(1000);
  expect((await world.ended(id)).conclusion).toBe("success");
});

it("matrices make at most 256 jobs in a workflow run, all of them together", async () => {
  const list = (count: number) => JSON.stringify(Array.from({ length: count }, (_, n) => n));
  const job = (more: string, count: number) =>
    `{ ${more}runs-on: ubuntu-latest, strategy: { matrix: { n: ${list(count)} } }, steps: [{ run: echo }] }`;
  await using world = await runOnce(
    `on: workflow_dispatch\njobs:\n  a: ${job("", 2)}\n  b: ${job("needs: a, ", 255)}\n`,
  );
  expect(world.run.conclusion).toBe("failure");
  expect(world.executor.problems(world.id).join()).toContain(
    "the matrix generates 255 jobs after 2 others; GitHub allows 256",
  );
});
