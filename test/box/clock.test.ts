import { describe, expect, it } from "vitest";
import { createClock } from "../../box/clock.ts";

describe("the box's clock", () => {
  it("stands still at speed 0, and runs timers in order when it is moved", () => {
    const clock = createClock({ speed: 0, start: new Date("2026-01-01T00:00:00Z") });
    const seen: string[] = [];
    clock.after(2000, () => {
      seen.push(`b ${clock.iso()}`);
      clock.after(500, () => seen.push(`c ${clock.now() % 10_000}`));
    });
    clock.after(1000, () => seen.push(`a ${clock.iso()}`));
    const takeBack = clock.after(1500, () => seen.push("never"));
    takeBack();
    clock.advance(3000);
    expect(seen).toEqual(["a 2026-01-01T00:00:01Z", "b 2026-01-01T00:00:02Z", "c 2500"]);
    expect(clock.iso()).toBe("2026-01-01T00:00:03Z");
    clock.close();
  });

  it("runs real timers faster by its speed", async () => {
    const clock = createClock({ speed: 3_600_000 });
    const started = clock.now();
    await new Promise<void>((due) => clock.after(3_600_000, due));
    expect(clock.now() - started).toBeGreaterThanOrEqual(3_600_000);
    clock.close();
  });
});
