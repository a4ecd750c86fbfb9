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

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export function simTime(start: number): SimTime {
  let now = start;
  let order = 0;
  /** A heap: the next one first. */
  const timers: Timer[] = [];
  const at = (i: number): Timer => timers[i] as Timer;
  const swap = (i: number, j: number) => {
    const held = at(i);
    timers[i] = at(j);
    timers[j] = held;
  };
  const take = (): void => {
    swap(0, timers.length - 1);
    timers.pop();
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < timers.length && isBefore(at(child), at(least))) least = child;
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  };
  return {
    now: () => now,
    after(ms, ring) {
      let i = timers.push({ at: now + Math.max(0, ms), order: order++, ring }) - 1;
      for (let up = (i - 1) >> 1; i > 0 && isBefore(at(i), at(up)); up = (i - 1) >> 1) {
        swap(i, up);
        i = up;
      }
    },
    async run(until) {
      for (;;) {
        // What promises still have to say at this instant, they say now.
        await new Promise(setImmediate);
        const [next] = timers;
        if (!next || next.at > until) return;
        take();
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
  /** A machine that stands still, and then goes on. */
  stillUntil?: number;
}

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export const clockOf = (time: SimTime, life: Life): Clock => ({
  now: () => time.now(),
  elapsed: () => time.now(),
  sleep: (ms, signal) => asleep(time, life, ms, signal),
});

export const sleepOf = (time: SimTime, life: Life, ms: number): Promise<void> => asleep(time, life, ms);

const asleep = (time: SimTime, life: Life, ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    let over = false;
    const done = () => {
      if (over || life.dead) return;
      over = true;
      signal?.removeEventListener("abort", done);
      resolve();
    };
    if (signal?.aborted) return done();
    signal?.addEventListener("abort", done, { once: true });
    time.after(ms, done);
  });
