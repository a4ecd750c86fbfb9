/** What an agent says that its prompt used: in the result where it follows the draft of the protocol, else in its own place. */
import type { Usage } from "../../core/outcome.ts";
import { type Fields, fieldsOf, listOf, textOrNull, tokenFields } from "../cli/fields.ts";

export function acpUsage(result: Fields, asked: string | null, usd: number | null): readonly Usage[] {
  const quota = fieldsOf(fieldsOf(result._meta).quota);
  const perModel = listOf(quota.model_usage).map(({ model, token_count }) =>
    line(fromQuota(fieldsOf(token_count)), textOrNull(model) ?? asked, usd),
  );
  if (perModel.length === 1) return perModel;
  // One sum of money cannot be shared out among models.
  if (perModel.length > 1) return perModel.map((each) => ({ ...each, cost_usd: null }));
  if (result.usage !== undefined) return [line(fromUsage(fieldsOf(result.usage)), asked, usd)];
  return usd === null ? [] : [line({}, asked, usd)];
}

type Tokens = Omit<Usage, "cost_usd" | "model" | "provider">;

const line = (tokens: Tokens, model: string | null, usd: number | null): Usage => ({
  ...(model === null ? {} : { model }),
  ...tokens,
  cost_usd: usd,
});

const fromUsage = (usage: Fields): Tokens => ({
  input_tokens: tokenFields(usage.inputTokens),
  output_tokens: tokenFields(usage.outputTokens),
  cache_read_tokens: tokenFields(usage.cachedReadTokens),
  cache_write_tokens: tokenFields(usage.cachedWriteTokens),
  reasoning_tokens: tokenFields(usage.thoughtTokens),
});

/** Either spelling is in use. */
const fromQuota = (count: Fields): Tokens => ({
  input_tokens: tokenFields(count.inputTokens ?? count.input_tokens),
  output_tokens: tokenFields(count.outputTokens ?? count.output_tokens),
  cache_read_tokens: tokenFields(count.cachedInputTokens ?? count.cached_input_tokens),
  reasoning_tokens: tokenFields(count.reasoningOutputTokens ?? count.reasoning_output_tokens),
});
