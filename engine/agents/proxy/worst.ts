/** The most that a call can cost, before it is made. */
import { fieldsOf, textOrNull, tokenFields } from "../cli/fields.ts";
import type { Price } from "./price.ts";

/** A token is taken for three bytes, which is on the safe side for prose and code. */
const BYTES_PER_TOKEN = 3;
/** Where the request names no limit. */
const OUTPUT_TOKENS = 32_000;

export interface Worst {
  readonly model: string | null;
  /** null: the price of the model is not known. */
  readonly usd: number | null;
  readonly tokens: number;
}

export function worstOf(body: Buffer, pathModel: string | null, provider: string, price: Price): Worst {
  const request = parse(body);
  const model = pathModel ?? textOrNull(request.model);
  const { maxOutputTokens, candidateCount } = fieldsOf(request.generationConfig);
  const limits = [
    request.max_tokens,
    request.max_output_tokens,
    request.max_completion_tokens,
    maxOutputTokens,
  ]
    .map(tokenFields)
    .filter((limit) => limit !== undefined);
  const answers = Math.max(1, tokenFields(request.n) ?? 1, tokenFields(candidateCount) ?? 1);
  const output = answers * (limits.length === 0 ? OUTPUT_TOKENS : Math.max(...limits));
  // Written to a cache is the dearest that input can be.
  const input = Math.ceil(body.length / BYTES_PER_TOKEN);
  const priced: typeof price = (...call) => (model === null ? null : price(...call));
  const plain = priced(provider, model ?? "", { input_tokens: input, output_tokens: output });
  const cached = priced(provider, model ?? "", {
    input_tokens: 0,
    output_tokens: output,
    cache_write_tokens: input,
  });
  return { model, usd: plain === null ? null : Math.max(plain, cached ?? 0), tokens: input + output };
}

function parse(body: Buffer) {
  try {
    return fieldsOf(JSON.parse(body.toString("utf8")));
  } catch {
    return {};
  }
}
