/** Box time: real by default, faster with `speed`, jumped with `advance`. Token expiry, limits and schedules use only this. */

export interface Clock {
  /** Milliseconds since the epoch, in box time. */
  now(): number;
  /** RFC 3339 to the second, as GitHub writes times. */
  iso(atMs?: number): string;
  /** Jumps ahead and runs every timer that becomes due, in order of its time. */
  advance(ms: number): void;
  /** Runs `fn` once, `ms` of box time from now; the answer takes it back. */
  after(ms: number, fn: () => void): () => void;
  close(): void;
}

export interface ClockOptions {
  readonly start?: Date;
  /** Box milliseconds per real millisecond; 0 stands still but for `advance`. */
  readonly speed?: number;
}

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

const LONGEST_REAL_WAIT = 2 ** 31 - 1;

export function createClock({ start = new Date(), speed = 1 }: ClockOptions = {}): Clock {
  const realStart = performance.now();
  const timers = new Set<Timer>();
  let jumped = 0;
  let real: NodeJS.Timeout | undefined;

  const now = () => Math.floor(start.getTime() + jumped + (performance.now() - realStart) * speed);
  const earliest = () => {
    let first: Timer | undefined;
    for (const timer of timers) if (first === undefined || timer.at < first.at) first = timer;
    return first;
  };
  const arm = () => {
    clearTimeout(real);
    const next = earliest();
    if (next === undefined || speed === 0) return;
    real = setTimeout(fire, Math.min(Math.max(0, (next.at - now()) / speed), LONGEST_REAL_WAIT)).unref();
  };
  const fire = () => {
    for (let next = earliest(); next !== undefined && next.at <= now(); next = earliest()) {
      timers.delete(next);
      next.fn();
    }
    arm();
  };

  return {
    now,
    iso: (atMs = now()) => `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    advance(ms) {
      const target = now() + ms;
      for (let next = earliest(); next !== undefined && next.at <= target; next = earliest()) {
        jumped += Math.max(0, next.at - now());
        timers.delete(next);
        next.fn();
      }
      jumped += Math.max(0, target - now());
      arm();
    },
    after(ms, fn) {
      const timer = { at: now() + ms, fn };
      timers.add(timer);
      arm();
      return () => {
        timers.delete(timer);
      };
    },
    close() {
      clearTimeout(real);
      timers.clear();
    },
  };
}
