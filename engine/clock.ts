/** Time as a port: the simulation has its own, everybody else the machine's. */
export interface Clock {
  /** Epoch milliseconds, for what people read. It may jump. */
  now(): number;
  /** Milliseconds since a fixed instant, for what decides: it never jumps, and stands still while the machine sleeps (R-SEC-10). */
  elapsed(): number;
  /** Resolves after the delay, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const LONGEST_TIMER = 2_000_000_000;

export const machineClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, Math.min(ms, LONGEST_TIMER)));
      signal.addEventListener("abort", done, { once: true });
    }),
};
