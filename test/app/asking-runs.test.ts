import { describe, expect, it } from "vitest";
import { askingRuns } from "../../github/host/asking-runs.ts";

const PLACE = { installation: 1, fullName: "ada/game" };

function polled(refs: string[]) {
  const stop = new AbortController();
  const wakes: (() => void)[] = [];
  const acts: string[] = [];
  const failing = new Set<string>();
  const asking = askingRuns({
    clock: {
      now: () => 0,
      elapsed: () => 0,
      sleep: (ms) => new Promise((resolve) => wakes.push(() => resolve(void acts.push(`after ${ms}`)))),
    },
    alive: stop.signal,
    repository: async () => ({
      asking: async () => {
        acts.push("list");
        return [...refs];
      },
      git: {
        deleteRef: async (ref) => {
          refs.splice(refs.indexOf(ref), 1);
          acts.push(`delete ${ref}`);
        },
      },
    }),
    look: async (_place, runId) => {
      acts.push(`look ${runId}`);
      if (failing.delete(runId)) throw new Error("nobody answers");
    },
    report: (message) => acts.push(message),
  });
  /** A quarter of a minute, and what is done in it. */
  const tick = async () => {
    acts.length = 0;
    for (const wake of wakes.splice(0)) wake();
    for (let n = 0; n < 20; n++) await Promise.resolve();
    return [...acts];
  };
  return { asking, tick, wakes, stop, failing };
}

describe("jobs that wait for the app", () => {
  it("R-GH-18: are heard within a quarter of a minute while a job holds a hop there, by one list for all of them", async () => {
    const { asking, tick, wakes } = polled(["refs/attractor/asks/r1/2.2", "refs/attractor/asks/r2/5.6"]);
    for (const run of ["r1", "r2", "r3"]) asking.seen(PLACE, run, true);
    expect(await tick()).toEqual([
      "after 15000",
      "list",
      "delete refs/attractor/asks/r1/2.2",
      "delete refs/attractor/asks/r2/5.6",
      "look r1",
      "look r2",
    ]);
    expect(await tick()).toEqual(["after 15000", "list"]);
    for (const run of ["r1", "r2", "r3"]) asking.seen(PLACE, run, false);
    expect(await tick()).toEqual(["after 15000"]);
    expect(wakes).toEqual([]);
    asking.seen(PLACE, "r4", true);
    expect(wakes).toHaveLength(1);
  });

  it("R-GH-18: are looked at again when a look failed, and nobody is listed after the app is told to stop", async () => {
    const { asking, tick, wakes, stop, failing } = polled(["refs/attractor/asks/r1/2.2"]);
    asking.seen(PLACE, "r1", true);
    failing.add("r1");
    expect((await tick()).slice(3)).toEqual(["look r1", "what jobs of ada/game ask could not be seen"]);
    expect(await tick()).toEqual(["after 15000", "list", "look r1"]);
    stop.abort();
    expect(await tick()).toEqual(["after 15000"]);
    expect(wakes).toEqual([]);
  });
});
