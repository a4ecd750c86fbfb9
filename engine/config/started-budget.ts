/** The bounds that a run's first event carries; none when nothing is bounded. */
import type { Config } from "./schema.ts";

type Bounds = Pick<Config["budget"], "usd" | "tokens" | "minutes" | "attempts" | "on_unknown">;

export function startedBudget({ usd, tokens, minutes, attempts, on_unknown }: Bounds): { budget?: Bounds } {
  const bounded = [usd, tokens, minutes, attempts].some((limit) => limit !== null);
  return bounded ? { budget: { usd, tokens, minutes, attempts, on_unknown } } : {};
}
