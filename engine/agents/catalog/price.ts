/** What a call cost. Unknown stays null: it is never taken for nothing. */
import type { Usage } from "../../core/outcome.ts";
import type { Model, Rates } from "./catalog.ts";
import { findModel, type Models, modelsOf } from "./find.ts";

/** Input without what came from or went to a cache; output with its reasoning. */
export type PricedTokens = Omit<Usage, "cost_usd" | "provider" | "model"> & {
  /** Of the tokens written to a cache, those that stay for an hour. */
  readonly cache_write_1h_tokens?: number;
};

/** `models`: a provider's own list in place of the catalog's (see `modelsServedBy`). */
export function priceOf(
  provider: string,
  model: string,
  usage: PricedTokens,
  models: Models | null = modelsOf(provider),
): number | null {
  const found = findModel(provider, model, models);
  return found === null ? null : priceAt(found.model, usage);
}

export function priceAt(model: Model, usage: PricedTokens): number | null {
  if (usage.input_tokens === undefined || usage.output_tokens === undefined) return null;
  const read = usage.cache_read_tokens ?? 0;
  const written = usage.cache_write_tokens ?? 0;
  const longWritten = Math.min(usage.cache_write_1h_tokens ?? 0, written);
  const rates = ratesFor(model, usage.input_tokens + read + written);
  const { input, output } = rates;
  if (input === undefined || output === undefined) return null;
  const write = rates.cache_write ?? input;
  const sum =
    usage.input_tokens * input +
    usage.output_tokens * output +
    read * (rates.cache_read ?? input) +
    (written - longWritten) * write +
    longWritten * (rates.cache_write_1h ?? write);
  return exact(sum / 1_000_000);
}

/** A request that is over the bound of a tier pays that tier's rates for all of it. */
function ratesFor({ tiers = [], ...base }: Model, inputTokens: number): Rates {
  const reached = tiers.filter(({ above }) => inputTokens > above).sort((a, b) => b.above - a.above);
  return reached[0] ?? base;
}

/** Without the dust of binary fractions, so that sums can be compared to the last digit. */
const exact = (usd: number): number => Number(usd.toFixed(12));
