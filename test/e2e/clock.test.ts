/** What the hourly workflow costs, and what it finds: with the files that `attractor init` writes. */
import { describe, expect, it } from "vitest";
import type { Policy } from "../../box/policy.ts";
import { CLOCK_PATH } from "../../github/workflows/init-files.ts";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { CLOCK, EARS, type Scene, scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="echo built > built.txt"]
  review [shape=hexagon, label="Ship the game?"]
  start -> build -> review; review -> exit [label="[S] Ship"]
}`;
const HOUR = 3_600_000;

const begin = (policy: Partial<Policy> = {}): Promise<Scene> =>
  scene({ "graphs/game.dot": GRAPH, ...EARS, ...CLOCK }, { policy });
const isOn = (s: Scene): boolean => s.repository.workflows.get(CLOCK_PATH)?.state !== "disabled_manually";
const billed = (s: Scene): number =>
  [...s.repository.runs.keys()].reduce((sum, id) => sum + s.box.billed(id).length, 0);

/** Jobs that so many hours cost, one after the other. */
async function hours(s: Scene, count: number): Promise<number[]> {
  const costs: number[] = [];
  for (let n = 0; n < count; n++) {
    const before = billed(s);
    s.box.clock.advance(HOUR);
    await allRuns(s);
    costs.push(billed(s) - before);
  }
  return costs;
}

describe("an hour in which nobody does anything", () => {
  it("R-GH-18: costs no job while no run is open, and one while one waits for an answer", async () => {
    const s = await begin();
    expect(await hours(s, 1), story(s)).toEqual([1]);
    expect(isOn(s)).toBe(false);
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    await allRuns(s);
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
    expect(isOn(s)).toBe(true);
    expect(await hours(s, 2)).toEqual([1, 1]);
    expect(ledgerOf(s, `r${id}`).at(-1)).toMatchObject({ event: "human_gate_waiting" });
    await s.dispatch({ command: `choose review/1 [S] Ship --run r${id}` });
    await allRuns(s);
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(await hours(s, 1)).toEqual([1]);
    const before = billed(s);
    s.box.clock.advance(30 * 24 * HOUR);
    await allRuns(s);
    expect(billed(s)).toBe(before);
  }, 240_000);

  it("R-GH-18: does not hold up a run where jobs may not switch workflows, and its job says so", async () => {
    const s = await begin({ workflowsByJobs: "refused" });
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    await allRuns(s);
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
    expect(story(s)).toMatch(/attractor-clock\.yml could not be enabled.*not accessible by integration/);
  }, 240_000);
});
