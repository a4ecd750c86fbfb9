/** What one attempt of a stage can cost at most, and what it rather costs: from the catalog and the stage's own limits. Pure. */
import type { Model } from "../agents/catalog/catalog.ts";
import { findModel } from "../agents/catalog/find.ts";
import { priceAt } from "../agents/catalog/price.ts";
import { modelsServedBy } from "../agents/catalog/served.ts";
import { authOf, cliOf } from "../agents/cli-of.ts";
import { promptSize } from "../agents/prompt-size.ts";
import { settingsOf } from "../agents/settings.ts";
import { type Target, targetsOf } from "../agents/targets.ts";
import type { Config } from "../config/schema.ts";
import type { Pipeline, Stage } from "../graph/pipeline.ts";

/** null: nobody bounds it, or nobody knows it. */
export interface Amount {
  readonly calls: number | null;
  readonly tokens: number | null;
  readonly usd: number | null;
}

export interface AttemptCost {
  readonly models: readonly string[];
  readonly most: Amount;
  readonly likely: Amount;
  /** Every call of it has a price: a bound of money holds it. */
  readonly priced: boolean;
  /** The number of calls has a bound. */
  readonly bounded: boolean;
  /** What else nobody knows of it. */
  readonly open: readonly string[];
}

/** Where a request names no limit of its own. */
const OUTPUT_TOKENS = 32_000;
/** The rule of thumb: calls of an attempt, and what each adds: an answer, and what a tool says to it. */
export const THUMB = { calls: 12, addedTokens: 1500, outputTokens: 400 } as const;

export function attemptCost(stage: Stage, pipeline: Pipeline, config: Config): AttemptCost {
  const open = new Set<string>();
  const chains: Target[][] = [];
  for (let used = 0; used <= stage.escalationModels.length; used++) {
    const found = targetsOf(stage, pipeline, config, used);
    if (found.ok) chains.push([found.first, ...found.failover]);
  }
  const { maxTurns, responseSchema } = settingsOf(stage);
  // An answer that does not fit is asked for once more, by a session with turns of its own.
  const calls = maxTurns === 0 ? null : maxTurns * (responseSchema === null ? 1 : 2);
  const each = chains.map((chain) =>
    chain.map((target) => callCost(stage, target, config, (why) => open.add(why))),
  );
  const most = each.map((chain) =>
    chain
      .map(({ tokens, usd }) => (calls === null ? UNKNOWN : times({ calls: 1, tokens, usd }, calls)))
      .reduce(sum, NOTHING),
  );
  const first = chains[0]?.[0];
  const names = chains.flat().map(({ provider, model }) => `${provider} ${model ?? "(its own choice)"}`);
  return {
    models: [...new Set(names)],
    most: chains.length === 0 ? UNKNOWN : most.reduce(larger, NOTHING),
    likely: first === undefined ? UNKNOWN : likelyOf(stage, pipeline, first, config),
    priced: chains.length > 0 && each.flat().every(({ usd }) => usd !== null),
    bounded: calls !== null,
    open: [...open],
  };
}

export const NOTHING: Amount = { calls: 0, tokens: 0, usd: 0 };
const UNKNOWN: Amount = { calls: null, tokens: null, usd: null };

const both = (a: number | null, b: number | null, op: (x: number, y: number) => number): number | null =>
  a === null || b === null ? null : op(a, b);

export const sum = (a: Amount, b: Amount): Amount => ({
  calls: both(a.calls, b.calls, (x, y) => x + y),
  tokens: both(a.tokens, b.tokens, (x, y) => x + y),
  usd: both(a.usd, b.usd, (x, y) => x + y),
});

const larger = (a: Amount, b: Amount): Amount => ({
  calls: both(a.calls, b.calls, Math.max),
  tokens: both(a.tokens, b.tokens, Math.max),
  usd: both(a.usd, b.usd, Math.max),
});

export const times = ({ calls, tokens, usd }: Amount, n: number): Amount => ({
  calls: n === 0 ? 0 : both(calls, n, (x, y) => x * y),
  tokens: n === 0 ? 0 : both(tokens, n, (x, y) => x * y),
  usd: n === 0 ? 0 : both(usd, n, (x, y) => x * y),
});

/** The most of one call, with its tries. */
function callCost(
  stage: Stage,
  { provider: name, model }: Target,
  config: Config,
  say: (why: string) => void,
): Pick<Amount, "tokens" | "usd"> {
  const nobodyKnows = (why: string) => {
    say(why);
    return { tokens: null, usd: null };
  };
  const provider = config.llm.providers[name]!;
  if (provider.backend === "command")
    return nobodyKnows(`what the command of ${name} asks for is not counted here`);
  if (ownAccount(name, config))
    return nobodyKnows(`${name} is paid from an account of its own, which is not counted here`);
  const found = modelIn(name, model, config);
  if (found?.context === undefined)
    return nobodyKnows(
      `how large a request to ${name} ${model ?? "(its own choice)"} can be is not known: write llm.providers.${name}.models with its context and prices`,
    );
  // Each call may be tried again; what a try had sent may be paid, an answer comes once.
  const tries = provider.backend === "api" ? 1 + config.runtime_policy.max_llm_retries : 1;
  const most = found.max_output ?? OUTPUT_TOKENS;
  const asked = settingsOf(stage).maxTokens ?? OUTPUT_TOKENS;
  const output = provider.backend === "api" ? Math.min(asked, most) : most;
  const usd = dearest(found, found.context, output, tries);
  if (usd === null)
    say(`the price of ${name} ${model} is not known: write llm.providers.${name}.models to say it`);
  return { tokens: tries * found.context + output, usd };
}

const ownAccount = (name: string, { llm }: Config): boolean => {
  const provider = llm.providers[name]!;
  if (provider.backend === "acp") return provider.auth === "login";
  if (provider.backend !== "cli") return false;
  const cli = cliOf(name, provider);
  return cli === null || authOf(cli, provider) !== "key";
};

const modelIn = (name: string, model: string | null, { llm }: Config): Model | null =>
  model === null ? null : (findModel(name, model, modelsServedBy(name, llm.providers[name]!))?.model ?? null);

/** A full request, read anew or written to a cache, whichever costs more. */
function dearest(model: Model, context: number, output: number, tries: number): number | null {
  const read = { input_tokens: context, output_tokens: 0 };
  const written = { input_tokens: 0, output_tokens: 0, cache_write_tokens: context };
  const longer = { ...written, cache_write_1h_tokens: context };
  const inputs = [read, written, longer].map((usage) => priceAt(model, usage));
  // At the rates of the largest request: a tier may price the answer higher too.
  const whole = priceAt(model, { input_tokens: context, output_tokens: output });
  if (inputs.includes(null) || whole === null) return null;
  return Math.max(...(inputs as number[])) * tries + whole - inputs[0]!;
}

/** A conversation that grows with each call; what was sent before comes from the cache. */
function likelyOf(stage: Stage, pipeline: Pipeline, { provider, model }: Target, config: Config): Amount {
  const { maxTurns } = settingsOf(stage);
  const calls = maxTurns === 0 ? THUMB.calls : Math.min(maxTurns, THUMB.calls);
  const first = Math.ceil(promptSize(stage, pipeline).mostTokens / 2);
  const again = (calls - 1) * first + (THUMB.addedTokens * (calls - 1) * (calls - 2)) / 2;
  const fresh = first + THUMB.addedTokens * (calls - 1);
  const output = THUMB.outputTokens * calls;
  const found = ownAccount(provider, config) ? null : modelIn(provider, model, config);
  const usage = { input_tokens: fresh, output_tokens: output, cache_read_tokens: again };
  return {
    calls,
    tokens: fresh + again + output,
    usd: found === null ? null : priceAt({ ...found, tiers: [] }, usage),
  };
}
