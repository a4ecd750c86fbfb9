/** Work per run, one at a time and in order, runs beside each other; hints that come while one is looked at become one more look. */
import { limitConcurrency } from "./concurrency-limit.ts";

export interface RunQueue {
  /** Looks at the run soon; resolves when a look that began after this call is over. */
  look(key: string): Promise<void>;
  idle(): Promise<void>;
}

/** Each look holds a run's log and asks GitHub: beyond this they wait for each other. */
const MOST_AT_ONCE = 16;

export function runQueue(look: (key: string) => Promise<void>): RunQueue {
  const bounded = limitConcurrency(MOST_AT_ONCE);
  const tails = new Map<string, Promise<unknown>>();
  const pending = new Map<string, Promise<void>>();

  const chain = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = tails.get(key) ?? Promise.resolve();
    const next = before.then(work, work);
    const tail = next
      .catch(() => undefined)
      .finally(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
    tails.set(key, tail);
    return next;
  };

  return {
    look(key) {
      const waiting = pending.get(key);
      if (waiting) return waiting;
      const next = chain(key, () =>
        bounded(() => {
          pending.delete(key);
          return look(key);
        }),
      );
      pending.set(key, next);
      return next;
    },
    async idle() {
      while (tails.size > 0) await Promise.allSettled([...tails.values()]);
    },
  };
}
