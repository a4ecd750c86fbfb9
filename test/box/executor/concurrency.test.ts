import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createWorld, MAIN, type World } from "./support/world.ts";

/** Runs until a file of that name appears beside the machines. */
const waiting = (world: World) =>
  `until [ -e '${world.folder}/go' ] || [ ! -d '${world.folder}' ]; do sleep 0.02; done`;
const open = async (concurrency: string, jobConcurrency = ""): Promise<World> => {
  const world = await createWorld({ "README.md": "" }, { clock: { speed: 50 } });
  world.commit("acme/app", {
    [MAIN]: `
on: { workflow_dispatch: { inputs: { name: {} } } }
${concurrency}
jobs:
  work:
    ${jobConcurrency}
    runs-on: ubuntu-latest
    steps: [{ run: "echo READY; ${waiting(world)}" }]
`,
  });
  return world;
};
const go = (world: World) => writeFileSync(`${world.folder}/go`, "");
const ready = (world: World, run: number) => world.logged(run, "work", "\nREADY\n");
const status = (world: World, ...runs: readonly number[]) =>
  runs.map((id) => world.records.runs.get(id)?.status);
const pending = (world: World, run: number) =>
  world.records.until(() => world.records.runs.get(run)?.status === "pending");

describe("a concurrency group of a workflow", () => {
  it("lets one run work and one wait; a newer one evicts the waiting", async () => {
    await using world = await open("concurrency: g");
    const first = world.queue();
    await ready(world, first);
    const second = world.queue();
    await pending(world, second);
    const third = world.queue();
    expect((await world.ended(second)).conclusion).toBe("cancelled");
    expect(world.executor.problems(second)).toEqual([
      "Canceling since a higher priority waiting request for 'g' exists",
    ]);
    expect(status(world, first, third)).toEqual(["in_progress", "pending"]);
    go(world);
    expect((await world.ended(first)).conclusion).toBe("success");
    expect((await world.ended(third)).conclusion).toBe("success");
  });

  it("cancels the working run for a newer one with cancel-in-progress: a chat bot evicts itself", async () => {
    await using world = await open("concurrency: { group: G, cancel-in-progress: true }");
    const first = world.queue();
    await ready(world, first);
    const second = world.queue();
    expect((await world.ended(first)).conclusion).toBe("cancelled");
    go(world);
    expect((await world.ended(second)).conclusion).toBe("success");
  });

  it("queues up to a hundred runs with queue: max, first come first served", async () => {
    await using world = await open("concurrency: { group: g, queue: max }");
    const runs = [world.queue()];
    await ready(world, runs[0] as number);
    for (let more = 0; more < 3; more++) {
      const run = world.queue();
      runs.push(run);
      await pending(world, run);
    }
    go(world);
    for (const run of runs) expect((await world.ended(run)).conclusion).toBe("success");
  });

  it("has the name that inputs give it, without regard to case", async () => {
    await using world = await open(`concurrency: "run-\${{ inputs.name }}"`);
    const a = world.queue({ inputs: { name: "a" } });
    await ready(world, a);
    const b = world.queue({ inputs: { name: "b" } });
    await ready(world, b);
    const again = world.queue({ inputs: { name: "A" } });
    await pending(world, again);
    expect(status(world, a, b, again)).toEqual(["in_progress", "in_progress", "pending"]);
    go(world);
    await world.ended(again);
  });
});

describe("a concurrency group of a job", () => {
  it("is joined after the job's if, so a job that does not run evicts nobody", async () => {
    await using world = await open(
      "",
      "concurrency: { group: g, cancel-in-progress: true }\n    if: inputs.name != 'bot'",
    );
    const first = world.queue();
    await ready(world, first);
    const bot = world.queue({ inputs: { name: "bot" } });
    expect((await world.ended(bot)).conclusion).toBe("skipped");
    expect(status(world, first)).toEqual(["in_progress"]);
    go(world);
    expect((await world.ended(first)).conclusion).toBe("success");
  });

  it("that its own run holds is a deadlock, and the job is cancelled (languageservices#237)", async () => {
    await using world = await open("concurrency: g", "concurrency: g");
    const run = world.queue();
    expect((await world.ended(run)).conclusion).toBe("cancelled");
    expect(world.job(run, "work").annotations[0]?.message).toBe(
      "Canceling since a deadlock was detected for concurrency group: 'g' between a top level workflow and 'work'",
    );
  });

  it("that a calling run holds is a deadlock too", async () => {
    await using world = await createWorld({
      [MAIN]:
        "on: workflow_dispatch\nconcurrency: g\njobs: { call: { uses: ./.github/workflows/callee.yml } }",
      ".github/workflows/callee.yml":
        "on: workflow_call\nconcurrency: g\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }",
    });
    const run = world.queue();
    expect((await world.ended(run)).conclusion).toBe("cancelled");
  });
});
