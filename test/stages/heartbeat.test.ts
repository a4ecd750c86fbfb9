import { describe, expect, it } from "vitest";
import { type HeartbeatFacts, startHeartbeat } from "../../engine/stages/heartbeat.ts";
import { runTool } from "../../engine/stages/tool.ts";
import { scene, tool } from "./scene.ts";
import { virtualClock } from "./virtual-clock.ts";

describe("the heartbeat of an attempt", () => {
  it("R-LIVE-6: beats every interval with elapsed time, output so far and silence", async () => {
    const clock = virtualClock();
    const beats: HeartbeatFacts[] = [];
    const heart = startHeartbeat({ intervalMs: 100, clock, beat: (beat) => void beats.push(beat) });
    await clock.advance(150);
    heart.activity(10);
    await clock.advance(150);
    expect(beats).toEqual([
      { elapsed_ms: 100, output_bytes: 0, since_last_output_ms: 100 },
      { elapsed_ms: 200, output_bytes: 10, since_last_output_ms: 50 },
      { elapsed_ms: 300, output_bytes: 10, since_last_output_ms: 150 },
    ]);
    await heart.stop();
  });

  it("R-SEC-10: tells elapsed time and silence by a clock that does not jump", async () => {
    const clock = virtualClock();
    const beats: HeartbeatFacts[] = [];
    const heart = startHeartbeat({ intervalMs: 100, clock, beat: (beat) => void beats.push(beat) });
    clock.jump(7_200_000);
    await clock.advance(150);
    heart.activity(1);
    clock.jump(-14_400_000);
    await clock.advance(50);
    await heart.stop();
    expect(beats.map(({ elapsed_ms, since_last_output_ms }) => [elapsed_ms, since_last_output_ms])).toEqual([
      [100, 100],
      [200, 50],
    ]);
  });

  it("R-LIVE-1: does not beat after stop, however long the clock runs", async () => {
    const clock = virtualClock();
    let beats = 0;
    const heart = startHeartbeat({ intervalMs: 100, clock, beat: () => void beats++ });
    await clock.advance(250);
    await heart.stop();
    await clock.advance(10_000);
    expect(beats).toBe(2);
  });

  it("R-LIVE-1: stop waits for a beat that is being recorded, so the end comes after it", async () => {
    const clock = virtualClock();
    const log: string[] = [];
    const recorded = Promise.withResolvers<void>();
    const heart = startHeartbeat({
      intervalMs: 100,
      clock,
      beat: async () => {
        await recorded.promise;
        log.push("beat");
      },
    });
    await clock.advance(100);
    const stopped = heart.stop().then(() => log.push("end"));
    recorded.resolve();
    await stopped;
    await clock.advance(1000);
    expect(log).toEqual(["beat", "end"]);
  });

  it("a slow recorder is not overrun", async () => {
    const clock = virtualClock();
    let begun = 0;
    const slow = Promise.withResolvers<void>();
    const heart = startHeartbeat({
      intervalMs: 100,
      clock,
      beat: () => {
        begun++;
        return slow.promise;
      },
    });
    await clock.advance(1000);
    expect(begun).toBe(1);
    slow.resolve();
    await heart.stop();
  });

  it("a beat that cannot be recorded is not swallowed: stop rejects with its cause", async () => {
    const clock = virtualClock();
    const heart = startHeartbeat({
      intervalMs: 100,
      clock,
      beat: async () => {
        throw new Error("disk full");
      },
    });
    await clock.advance(500);
    await expect(heart.stop()).rejects.toThrow("disk full");
  });

  it("R-LIVE-1: around a real process there are beats while it runs and none after its end", async () => {
    const log: string[] = [];
    const enough = Promise.withResolvers<void>();
    const controller = new AbortController();
    const heart = startHeartbeat({
      intervalMs: 5,
      beat: ({ output_bytes }) => {
        log.push("beat");
        if (log.length >= 5 && output_bytes > 0) enough.resolve();
      },
    });
    const at = scene(tool("echo up; sleep 1000"), { signal: controller.signal, activity: heart.activity });
    const running = runTool(at.request, { parentEnv: { ...process.env }, passEnv: [] });
    await enough.promise;
    controller.abort();
    await running;
    await heart.stop();
    log.push("end");
    // Another heart shows that time goes on.
    const later = Promise.withResolvers<void>();
    const other = startHeartbeat({
      intervalMs: 5,
      beat: () => {
        log.push("other");
        if (log.filter((entry) => entry === "other").length === 4) later.resolve();
      },
    });
    await later.promise;
    await other.stop();
    expect(log.slice(log.indexOf("end"))).toEqual(["end", "other", "other", "other", "other"]);
  });
});
