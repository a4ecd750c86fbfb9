import { describe, expect, it } from "vitest";
import { askingRuns } from "../../github/host/asking-runs.ts";

const PLACE = { installation: 1, fullName: "ada/game" };

function polled(refs: string[]) {
  const stop = new AbortController();
  const wakes: (() => void)[] = [];
  const acts: string[] = [];
  const asking = askingRuns({
    clock: {
      now: () => 0,
      elapsed: () => 0,
      sleep: (ms) => new Promise((resolve) => wakes.push(() => resolve(void acts.push(`after ${ms}`)))),
    },
    alive: stop.signal,
    repository: async () => ({
      asking: async () => [...refs],
      git: {
        deleteRef: async (ref) => {
          refs.splice(refs.indexOf(ref), 1);
          acts.push(`delete ${ref}`);
        },
      },
    }),
    look: async (_place, runId) => void acts.push(`look ${runId}`),
    report: (message) => acts.push(message),
  });
  const tick = async () => {
    for (const wake of wakes.splice(0)) wake();
    for (let n = 0; n < 20; n++) await Promise.resolve();
  };
  return { asking, acts, tick, wakes, stop };
}

describe("jobs that wait for the app", () => {
  it("R-GH-18: are looked at within a quarter of a minute while a job holds a hop there, by one list for all of them", async () => {
    const refs = ["refs/attractor/asks/r1/2.2", "refs/attractor/asks/r2/5.6"];
    const { asking, acts, tick, wakes } = polled(refs);
    for (const run of ["r1", "r2", "r3"]) asking.seen(PLACE, run, true);
    await tick();
    expect(acts).toEqual([
      "after 15000",
      "look r1",
      "delete refs/attractor/asks/r1/2.2",
      "look r2",
      "delete refs/attractor/asks/r2/5.6",
    ]);
    await tick();
    expect(acts.slice(5)).toEqual(["after 15000"]);
    for (const run of ["r1", "r2", "r3"]) asking.seen(PLACE, run, false);
    await tick();
    expect(wakes).toEqual([]);
    asking.seen(PLACE, "r4", true);
    expect(wakes).toHaveLength(1);
  });
});
