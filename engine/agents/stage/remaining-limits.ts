/** What one attempt still has for whoever is asked next: the ones before have used their part of its time and its money. */
import type { Usage } from "../../core/outcome.ts";
import { tokensOf } from "../../core/usage.ts";
import type { StageRequest } from "../../stages/port.ts";

/** `started`: of the attempt, by the clock that only goes forward. */
export function leftOf(
  { timeoutMs, spendableUsd = null, spendableTokens = null }: StageRequest,
  started: number,
  usage: readonly Usage[],
) {
  const less = (bound: number | null, of: (line: Usage) => number): number | null =>
    bound === null ? null : Math.max(0, bound - usage.reduce((sum, line) => sum + of(line), 0));
  return {
    timeoutMs: timeoutMs === null ? null : Math.max(1, timeoutMs - Math.round(performance.now() - started)),
    spendableUsd: less(spendableUsd, ({ cost_usd }) => cost_usd ?? 0),
    spendableTokens: less(spendableTokens, tokensOf),
  };
}
