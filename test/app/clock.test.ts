import { describe, expect, it } from "vitest";
import { machineClock } from "../../engine/clock.ts";
import { gitHubClock } from "../../github/api/clock.ts";
import { scene } from "./support/scene.ts";

const TWO = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="x"]; ask [shape=hexagon, label="Ship?", timeout="1h"]
  start -> first -> ask; ask -> exit [label="[S] Ship"] }`;
const HOUR = 3_600_000;

describe("an app whose clock is wrong", () => {
  it.each([
    ["two hours ahead", 2 * HOUR],
    ["90 seconds ahead", 90_000],
    ["two hours behind", -2 * HOUR],
  ])(
    "R-SEC-10: %s: dispatches once, lets no question pass, and writes the time that GitHub has",
    async (_, off) => {
      const s = await scene(TWO, { started: false });
      await s.start({ clock: { ...machineClock, now: () => Date.now() + off } });
      await s.settle();
      const id = await s.comment("/attractor run g.dot");
      await s.settle();
      await s.app!.sweep();
      await s.settle();
      const log = await s.log(`c${id}`);
      expect(log.at(-1)).toMatchObject({ event: "human_gate_waiting" });
      expect(log.filter((line) => line.event === "hop_planned")).toHaveLength(1);
      for (const { ts } of log) expect(Math.abs(Date.parse(ts) - Date.now())).toBeLessThan(120_000);
      await s.comment("/attractor choose ask Ship");
      await s.settle();
      expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
      expect(s.failures).toEqual([]);
    },
    120_000,
  );

  it("R-SEC-10: takes GitHub's time when it is off by more than an answer takes, and its own otherwise", () => {
    let now = Date.UTC(2026, 0, 1, 12);
    const clock = gitHubClock({ ...machineClock, now: () => now });
    clock.heard(new Date(now + 1_000).toUTCString());
    expect(clock.now()).toBe(now);
    clock.heard(new Date(now - 2 * HOUR).toUTCString());
    expect(Math.abs(clock.now() - (now - 2 * HOUR))).toBeLessThan(1_000);
    const steady = clock.now();
    clock.heard(new Date(now - 2 * HOUR + 1_000).toUTCString());
    expect(clock.now()).toBe(steady);
    now += 5 * HOUR;
    clock.heard(new Date(now).toUTCString());
    expect(clock.now()).toBe(now);
    clock.heard("nonsense");
    expect(clock.now()).toBe(now);
  });
});
