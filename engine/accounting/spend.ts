/** What was used: time, tokens by kind, money. Added up without ever turning "unknown" into zero. */
import type { Usage } from "../core/outcome.ts";

export interface Spend {
  /** Model calls, as far as they were told apart. */
  calls: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** Part of the output. */
  reasoning: number;
  /** Dollars that are known. */
  usd: number;
  /** Calls that nobody could price: the true cost is higher. */
  unpriced: number;
}

export const noSpend = (): Spend => ({
  calls: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  reasoning: 0,
  usd: 0,
  unpriced: 0,
});

export function addUsageTo(spend: Spend, usage: Usage): void {
  spend.calls += 1;
  spend.input += usage.input_tokens ?? 0;
  spend.output += usage.output_tokens ?? 0;
  spend.cacheRead += usage.cache_read_tokens ?? 0;
  spend.cacheWrite += usage.cache_write_tokens ?? 0;
  spend.reasoning += usage.reasoning_tokens ?? 0;
  spend.usd += usage.cost_usd ?? 0;
  spend.unpriced += usage.cost_usd === null ? 1 : 0;
}

export const spendOf = (usages: readonly Usage[]): Spend => {
  const spend = noSpend();
  for (const usage of usages) addUsageTo(spend, usage);
  return spend;
};

export const tokensIn = (spend: Spend): number =>
  spend.input + spend.output + spend.cacheRead + spend.cacheWrite;
