/** Tokens and money, added up without ever turning "unknown" into zero. */
import { MOST_TOKENS, MOST_USD, type Usage } from "./outcome.ts";
import type { NodeSpent, Spend, Spent } from "./spend.ts";

/** A price has far fewer places: what is left of them is the machine's way of adding. */
const dollars = (sum: number): number => Number(sum.toFixed(12));

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

const more = (sum: number, tokens = 0): number => Math.min(MOST_TOKENS, sum + tokens);

export function addUsageTo(spend: Spend, usage: Usage): void {
  spend.calls += 1;
  spend.input = more(spend.input, usage.input_tokens);
  spend.output = more(spend.output, usage.output_tokens);
  spend.cacheRead = more(spend.cacheRead, usage.cache_read_tokens);
  spend.cacheWrite = more(spend.cacheWrite, usage.cache_write_tokens);
  spend.reasoning = more(spend.reasoning, usage.reasoning_tokens);
  spend.usd = Math.min(MOST_USD, dollars(spend.usd + (usage.cost_usd ?? 0)));
  spend.unpriced += usage.cost_usd === null ? 1 : 0;
}

export const spendOf = (usages: readonly Usage[]): Spend => {
  const spend = noSpend();
  for (const usage of usages) addUsageTo(spend, usage);
  return spend;
};

export const tokensIn = (spend: Spend): number =>
  spend.input + spend.output + spend.cacheRead + spend.cacheWrite;

export function addUsage(into: Map<string, Spent>, usage: Usage): void {
  const provider = usage.provider ?? "unknown";
  const model = usage.model ?? "unknown";
  const key = `${provider}\t${model}`;
  const spent = into.get(key) ?? { provider, model, ...noSpend() };
  addUsageTo(spent, usage);
  into.set(key, spent);
}

export function addToNode(spent: NodeSpent, ms: number, usages: readonly Usage[]): void {
  spent.ms += ms;
  for (const usage of usages) {
    spent.tokens += tokensOf(usage);
    spent.usd = dollars(spent.usd + (usage.cost_usd ?? 0));
    spent.unpriced += usage.cost_usd === null ? 1 : 0;
  }
}

export const tokensOf = (usage: Usage): number =>
  (usage.input_tokens ?? 0) +
  (usage.output_tokens ?? 0) +
  (usage.cache_read_tokens ?? 0) +
  (usage.cache_write_tokens ?? 0);

/** What came to it since; both are sums of the same log. */
export const spentSince = (
  spent: ReadonlyMap<string, Spent>,
  before: ReadonlyMap<string, Spent>,
): Map<string, Spent> => new Map([...spent].map(([key, now]) => [key, less(now, before.get(key))]));

const less = (now: Spent, old: Spent | undefined): Spent =>
  old === undefined
    ? now
    : {
        ...now,
        input: now.input - old.input,
        output: now.output - old.output,
        cacheRead: now.cacheRead - old.cacheRead,
        cacheWrite: now.cacheWrite - old.cacheWrite,
        reasoning: now.reasoning - old.reasoning,
        usd: Math.max(0, now.usd - old.usd),
        unpriced: now.unpriced - old.unpriced,
        calls: now.calls - old.calls,
      };

/** One line per provider and model, as a branch hands it to its parent. */
export function usageLines(spent: ReadonlyMap<string, Spent>): Usage[] {
  return [...spent.values()].flatMap((s) => {
    const line: Usage = {
      provider: s.provider,
      model: s.model,
      input_tokens: s.input,
      output_tokens: s.output,
      cache_read_tokens: s.cacheRead,
      cache_write_tokens: s.cacheWrite,
      reasoning_tokens: s.reasoning,
      cost_usd: s.usd,
    };
    return s.unpriced === 0 ? [line] : [line, { provider: s.provider, model: s.model, cost_usd: null }];
  });
}

export interface Totals {
  /** What is known to have been spent. */
  readonly usd: number;
  /** False when some calls could not be priced: the true cost is higher. */
  readonly complete: boolean;
  readonly tokens: number;
}

export function totals(spent: ReadonlyMap<string, Spent>): Totals {
  let usd = 0;
  let unpriced = 0;
  let tokens = 0;
  for (const s of spent.values()) {
    usd = dollars(usd + s.usd);
    unpriced += s.unpriced;
    tokens += tokensIn(s);
  }
  return { usd, complete: unpriced === 0, tokens };
}
