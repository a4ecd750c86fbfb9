/** How long to wait before a retry: capped growth, then jitter that the same run always draws alike. */
import type { Backoff } from "../graph/pipeline.ts";
import { hash32 } from "./hash.ts";

/** `retry` counts from 1. Jitter spreads over 0.5 to 1.5 of the capped delay. */
export function retryDelayMs(backoff: Backoff, retry: number, seed: string): number {
  const grown = backoff.initialDelayMs * backoff.factor ** (retry - 1);
  const capped = Math.min(grown, backoff.maxDelayMs);
  return Math.round(backoff.jitter ? capped * (0.5 + hash32(`${seed}#${retry}`) / 2 ** 32) : capped);
}
