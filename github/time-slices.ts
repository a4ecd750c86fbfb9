/**
 * Long work on the thread that acknowledges webhooks: one at a time in the whole process, and after a few milliseconds
 * everybody else has a turn.
 */
import { setImmediate } from "node:timers/promises";
import { limitConcurrency } from "./concurrency-limit.ts";

const MOST_MS = 3;
const one = limitConcurrency(1);

export interface Slices {
  /** Whether this slice has lasted long enough: then `rest`. */
  due(): boolean;
  rest(): Promise<void>;
}

export function inSlices<T>(work: (slices: Slices) => Promise<T>): Promise<T> {
  return one(() => {
    let since = performance.now();
    return work({
      due: () => performance.now() - since >= MOST_MS,
      async rest() {
        await setImmediate();
        since = performance.now();
      },
    });
  });
}
