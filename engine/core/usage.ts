/** Tokens and money, added up without ever turning "unknown" into zero. */
import { MOST_TOKENS, MOST_USD, type Usage } from "./outcome.ts";
import type { NodeSpent, Spent } from "./state.ts";

/** A price has far fewer places: what is left of them is the machine's way of adding. */
const dollars = (sum: number): number => Number(sum.toFixed(12));

export function addUsage(into: Map<string, Spent>, usage: Usage): void {
  const provider = usage.provider ?? "unknown";
  const model = usage.model ?? "unknown";
  const key = `${provider}\t${model}`;
  const spent = into.get(key) ?? {
    provider,
    model,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    reasoning: 0,
    usd: 0,
    unknown: 0,
    calls: 0,
  };
  spent.input = Math.min(MOST_TOKENS, spent.input + (usage.input_tokens ?? 0));
  spent.output = Math.min(MOST_TOKENS, spent.output + (usage.output_tokens ?? 0));
  spent.cacheRead = Math.min(MOST_TOKENS, spent.cacheRead + (usage.cache_read_tokens ?? 0));
  spent.cacheWrite = Math.min(MOST_TOKENS, spent.cacheWrite + (usage.cache_write_tokens ?? 0));
  spent.reasoning = Math.min(MOST_TOKENS, spent.reasoning + (usage.reasoning_tokens ?? 0));
  spent.usd = Math.min(MOST_USD, dollars(spent.usd + (usage.cost_usd ?? 0)));
  spent.unknown += usage.cost_usd === null ? 1 : 0;
  spent.calls++;
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

/** One line per provider and model, as a branch hands it to its parent. */
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
        unknown: now.unknown - old.unknown,
        calls: now.calls - old.calls,
      };

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
    return s.unknown === 0 ? [line] : [line, { provider: s.provider, model: s.model, cost_usd: null }];
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
  let unknown = 0;
  let tokens = 0;
  for (const s of spent.values()) {
    usd = dollars(usd + s.usd);
    unknown += s.unknown;
    tokens += s.input + s.output + s.cacheRead + s.cacheWrite;
  }
  return { usd, complete: unknown === 0, tokens };
}
