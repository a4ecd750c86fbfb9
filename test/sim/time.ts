/** Virtual time: nothing waits, everything happens in the order of its instants. */
import type { Clock } from "../../engine/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

export interface SimTime {
  now(): number;
  after(ms: number, ring: () => void): void;
  /** Runs until nothing is left to happen, or until the instant. */
  run(until: number): Promise<void>;
}

export function simTime(start: number): SimTime {
  let now = start;
  let order = 0;
  let timers: Timer[] = [];
  return {
    now: () => now,
    after(ms, ring) {
      const timer = { at: now + Math.max(0, ms), order: order++, ring };
      let i = timers.length;
      while (i > 0 && (timers[i - 1] as Timer).at > timer.at) i--;
      timers.splice(i, 0, timer);
    },
    async run(until) {
      for (;;) {
        // What promises still have to say at this instant, they say now.
        await new Promise(setImmediate);
        const [next] = timers;
        if (!next || next.at > until) return;
        timers = timers.slice(1);
        now = next.at;
        next.ring();
      }
    },
  };
}

/** A process of the world: once dead, nothing it waits for ever comes, and nothing it does takes effect. */
export interface Life {
  readonly name: string;
  dead: boolean;
}

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export function clockOf(time: SimTime, life: Life): Clock {
  return {
    now: () => time.now(),
    elapsed: () => time.now(),
    sleep: (ms, signal) =>
      new Promise<void>((resolve) => {
        let over = false;
        const done = () => {
          if (over || life.dead) return;
          over = true;
          resolve();
        };
        if (signal.aborted) return done();
        signal.addEventListener("abort", done, { once: true });
        time.after(ms, done);
      }),
  };
}
