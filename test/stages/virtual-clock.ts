/** A clock that moves only when it is told to; whoever sleeps wakes in the order of the alarms. */
import type { Clock } from "../../engine/clock.ts";

/** `jump` moves the wall clock alone, as a time server does; in a `pause` nobody wakes, as in a process that is stopped. */
export function virtualClock(): Clock & {
  advance(ms: number): Promise<void>;
  jump(ms: number): void;
  pause(ms: number): Promise<void>;
} {
  let now = 1_000_000;
  let wall = 1_000_000_000;
  let alarms: { at: number; ring: () => void }[] = [];
  return {
    now: () => wall + now,
    elapsed: () => now,
    jump(ms) {
      wall += ms;
    },
    async pause(ms) {
      await settled();
      now += ms;
      await this.advance(0);
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const alarm = { at: now + ms, ring: resolve };
        alarms.push(alarm);
        const wake = () => {
          alarms = alarms.filter((other) => other !== alarm);
          resolve();
        };
        if (signal.aborted) wake();
        else signal.addEventListener("abort", wake, { once: true });
      }),
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        await settled();
        const next = alarms.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        alarms = alarms.filter((other) => other !== next);
        next.ring();
      }
      now = until;
    },
  };
}

/** Everything that can go on without time passing has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
