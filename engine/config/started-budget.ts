/** The bounds that a run's first event carries; none when nothing is bounded. */
import type { Config } from "./schema.ts";

type Bounds = Config["budget"];

export function startedBudget({ on_unknown, ...limits }: Bounds): { budget?: Bounds } {
  const bounded = Object.values(limits).some((limit) => limit !== null);
  return bounded ? { budget: { ...limits, on_unknown } } : {};
}
