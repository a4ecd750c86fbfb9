/** Attempts and delays of a stage: its own keys, its own preset, the graph's keys, the graph's preset, the defaults. */
import { RETRY_ON, RETRY_POLICIES } from "../attributes/kinds.ts";
import type { Attrs } from "../model.ts";
import type { Backoff, Stage } from "../pipeline.ts";
import { readBoolean, readChoice, readInteger, readList, readNumber } from "./read.ts";

interface Retry {
  readonly maxRetries: number;
  readonly retryOn: Stage["retryOn"];
  readonly backoff: Backoff;
}

const DEFAULT: Retry = {
  maxRetries: 0,
  retryOn: [],
  backoff: { initialDelayMs: 200, factor: 2, maxDelayMs: 60_000, jitter: true },
};

const preset = (attempts: number, initialDelayMs: number, factor: number): Retry => ({
  maxRetries: attempts - 1,
  retryOn: [],
  backoff: { ...DEFAULT.backoff, initialDelayMs, factor },
});

const PRESETS: Readonly<Record<(typeof RETRY_POLICIES)[number], Retry>> = {
  none: DEFAULT,
  standard: preset(5, 200, 2),
  aggressive: preset(5, 500, 2),
  linear: preset(3, 500, 1),
  patient: preset(3, 2000, 3),
};

export const readGraphRetry = (graph: Attrs): Retry => refine(DEFAULT, graph, "default_max_retries");
export const readStageRetry = (graph: Retry, node: Attrs): Retry => refine(graph, node, "max_retries");

function refine(inherited: Retry, attrs: Attrs, retriesKey: string): Retry {
  const name = readChoice(attrs, "retry_policy", RETRY_POLICIES);
  const base = name === null ? inherited : PRESETS[name];
  return {
    maxRetries: readInteger(attrs, retriesKey, 0) ?? base.maxRetries,
    retryOn: readRetryOn(attrs) ?? inherited.retryOn,
    backoff: {
      initialDelayMs: readInteger(attrs, "retry.backoff.initial_delay_ms", 0) ?? base.backoff.initialDelayMs,
      factor: readNumber(attrs, "retry.backoff.backoff_factor", { min: 1 }) ?? base.backoff.factor,
      maxDelayMs: readInteger(attrs, "retry.backoff.max_delay_ms", 0) ?? base.backoff.maxDelayMs,
      jitter: readBoolean(attrs, "retry.backoff.jitter") ?? base.backoff.jitter,
    },
  };
}

function readRetryOn(attrs: Attrs): Stage["retryOn"] | null {
  const named = readList(attrs, "retry_on");
  return named.length === 0 ? null : RETRY_ON.filter((name) => named.includes(name));
}
