import { describe, expect, it } from "vitest";
import {
  ENDING_MS,
  findStalls,
  type LiveScope,
  type Stall,
  watchStalls,
} from "../../engine/stages/watchdog.ts";
import { virtualClock } from "./virtual-clock.ts";

const scope = (id: string, changes: Partial<LiveScope> = {}): LiveScope => ({
  id,
  parent: null,
  startedAt: 0,
  lastProgressAt: 0,
  ownTimeoutMs: null,
  waitsForHuman: false,
  ...changes,
});
const stalled = (scopes: readonly LiveScope[], now: number, timeout = 100) =>
  findStalls(scopes, now, timeout).map(({ id }) => id);

describe("who stalls", () => {
  it("R-LIVE-7: whoever made no progress for the whole time, not a moment earlier", () => {
    expect(stalled([scope("a", { lastProgressAt: 50 })], 149)).toEqual([]);
    expect(findStalls([scope("a", { lastProgressAt: 50 })], 150, 100)).toEqual([{ id: "a", idle_ms: 100 }]);
  });

  it("R-LIVE-7: time counts from the start when nothing was heard yet", () => {
    expect(stalled([scope("a", { startedAt: 500 })], 599)).toEqual([]);
    expect(stalled([scope("a", { startedAt: 500 })], 600)).toEqual(["a"]);
  });

  it("R-LIVE-7: a silent stage with its own time limit is not stalled before it", () => {
    const own = scope("a", { startedAt: 0, ownTimeoutMs: 10_000 });
    expect(stalled([own], 10_000)).toEqual([]);
    expect(stalled([own], 10_100)).toEqual(["a"]);
  });

  it("R-LIVE-7: a waiting gate never stalls", () => {
    expect(stalled([scope("gate", { waitsForHuman: true })], 1e12)).toEqual([]);
  });

  it("R-LIVE-2: progress in any branch is the parent's, at any depth", () => {
    const tree = [
      scope("fan"),
      scope("b1", { parent: "fan" }),
      scope("inner", { parent: "b1" }),
      scope("leaf", { parent: "inner", lastProgressAt: 950 }),
    ];
    expect(stalled(tree, 1000)).toEqual([]);
    expect(
      stalled(
        tree.map((one) => (one.id === "leaf" ? { ...one, lastProgressAt: 800 } : one)),
        1000,
      ),
    ).toEqual(["fan", "b1", "inner", "leaf"]);
  });

  it("R-LIVE-2: a branch that shows no progress of its own stalls, however busy its siblings are", () => {
    const tree = [
      scope("fan"),
      scope("busy", { parent: "fan", lastProgressAt: 999 }),
      scope("hung", { parent: "fan", lastProgressAt: 10 }),
    ];
    expect(stalled(tree, 1000)).toEqual(["hung"]);
  });

  it("R-LIVE-2: a gate in one branch keeps the parent, not the sibling", () => {
    const tree = [
      scope("fan"),
      scope("asks", { parent: "fan", waitsForHuman: true }),
      scope("hung", { parent: "fan" }),
    ];
    expect(stalled(tree, 1000)).toEqual(["hung"]);
  });

  it("0 turns it off", () => {
    expect(stalled([scope("a")], 1e12, 0)).toEqual([]);
  });
});

describe("the watch", () => {
  it("R-LIVE-7: checks at its interval, tells each stall once, and ends with its signal", async () => {
    const clock = virtualClock();
    const start = clock.elapsed();
    const told: (Stall & { at: number })[] = [];
    const scopes = [scope("a", { startedAt: start, lastProgressAt: start })];
    const over = new AbortController();
    const watching = watchStalls(
      {
        clock,
        stallTimeoutMs: 100,
        checkIntervalMs: 40,
        scopes: () => scopes,
        onStall: (stall) => told.push({ ...stall, at: clock.elapsed() - start }),
      },
      over.signal,
    );
    await clock.advance(200);
    scopes.push(scope("b", { startedAt: start, lastProgressAt: start + 150 }));
    await clock.advance(200);
    expect(told).toEqual([
      { id: "a", idle_ms: 120, at: 120 },
      { id: "b", idle_ms: 130, at: 280 },
    ]);
    over.abort();
    await watching;
    scopes.push(scope("c"));
    await clock.advance(1000);
    expect(told).toHaveLength(2);
  });

  const watched = (scopes: LiveScope[], clock: ReturnType<typeof virtualClock>) => {
    const told: string[] = [];
    const over = new AbortController();
    const options = { clock, stallTimeoutMs: 100, checkIntervalMs: 10, scopes: () => scopes };
    void watchStalls({ ...options, onStall: ({ id }) => told.push(id) }, over.signal);
    return told;
  };

  it("R-LIVE-2: of a branch and those above it the branch is told, and they have time while it ends", async () => {
    const clock = virtualClock();
    const at = { startedAt: clock.elapsed(), lastProgressAt: clock.elapsed() };
    const scopes = [scope("run", at), scope("branch", { ...at, parent: "run" })];
    scopes.push(scope("attempt", { ...at, parent: "branch" }));
    const told = watched(scopes, clock);
    await clock.advance(1000);
    expect(told).toEqual(["attempt"]);
    await clock.advance(ENDING_MS);
    expect(told, "what does not end is told a level higher").toEqual(["attempt", "branch"]);
    scopes.splice(1, 2);
    await clock.advance(200);
    expect(told).toEqual(["attempt", "branch", "run"]);
  });

  it("R-SEC-10: a check that comes late is no evidence: the process slept, and so did the stage", async () => {
    const clock = virtualClock();
    const at = { startedAt: clock.elapsed(), lastProgressAt: clock.elapsed() };
    const told = watched([scope("a", at)], clock);
    await clock.advance(80);
    await clock.pause(7_200_000);
    await clock.advance(90);
    expect(told).toEqual([]);
    await clock.advance(20);
    expect(told).toEqual(["a"]);
  });

  it.each([7_200_000, -7_200_000])(
    "R-SEC-10: the wall clock jumps by %d ms and nobody stalls",
    async (ms) => {
      const clock = virtualClock();
      const at = { startedAt: clock.elapsed(), lastProgressAt: clock.elapsed() };
      const told = watched([scope("a", at)], clock);
      await clock.advance(50);
      clock.jump(ms);
      await clock.advance(40);
      expect(told).toEqual([]);
      await clock.advance(20);
      expect(told).toEqual(["a"]);
    },
  );
});
