/** From the data files of the source package to the pinned catalog. */
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { Catalog, Model } from "./catalog.ts";

/** The source's files that make up each of our providers. */
export const SOURCE_FILES: Readonly<Record<string, readonly string[]>> = {
  anthropic: ["anthropic"],
  openai: ["openai"],
  google: ["google"],
  kimi: ["moonshotai", "kimi-coding"],
  zai: ["zai"],
  copilot: ["github-copilot"],
};

const rate = z.number().check(z.nonnegative());
const Cost = z.object({
  input: rate,
  output: rate,
  cacheRead: z.optional(rate),
  cacheWrite: z.optional(rate),
});
type Cost = z.infer<typeof Cost>;

const Entry = z.object({
  id: z.string().check(z.minLength(1)),
  type: z.string(),
  reasoning: z.optional(z.boolean()),
  cost: z.extend(Cost, {
    tiers: z.optional(z.array(z.extend(Cost, { inputTokensAbove: z.int().check(z.positive()) }))),
  }),
  contextWindow: z.optional(z.int()),
  maxTokens: z.optional(z.int()),
  thinkingLevelMap: z.optional(z.record(z.string(), z.nullable(z.string()))),
  promptCache: z.optional(z.object({ long: z.optional(z.number()) })),
  compat: z.optional(
    z.object({
      forceAdaptiveThinking: z.optional(z.boolean()),
      supportsReasoningEffort: z.optional(z.boolean()),
    }),
  ),
});
type Entry = z.infer<typeof Entry>;

/** By protocol, then by a key of the source's own. */
const SourceFile = z.record(z.string(), z.record(z.string(), z.unknown()));

export interface CatalogSource {
  readonly name: string;
  readonly version: string;
  readonly date: string;
  /** The text of one of `SOURCE_FILES`. */
  readonly read: (file: string) => string;
}

export function buildCatalog(source: CatalogSource, before: Catalog | null, today: string): Catalog {
  const providers: Record<string, Record<string, Model>> = {};
  for (const [provider, files] of Object.entries(SOURCE_FILES)) {
    const current = Object.fromEntries(files.flatMap((file) => readModels(source.read(file), provider)));
    const gone = Object.entries(before?.providers[provider] ?? {}).flatMap(([id, model]) =>
      Object.hasOwn(current, id) ? [] : [[id, { ...model, retired: model.retired ?? today }] as const],
    );
    providers[provider] = Object.fromEntries([...Object.entries(current), ...gone].sort(byName));
  }
  const { name, version, date } = source;
  return { source: name, version, date, digest: digestOfModels(providers), providers };
}

const byName = ([a]: readonly [string, Model], [b]: readonly [string, Model]) => (a < b ? -1 : 1);

export const digestOfModels = (providers: Catalog["providers"]): string =>
  createHash("sha256").update(JSON.stringify(providers)).digest("hex");

function readModels(text: string, provider: string): [string, Model][] {
  const protocols = Object.values(SourceFile.parse(JSON.parse(text)));
  const entries = protocols.flatMap((models) => Object.values(models));
  return entries
    .filter((entry) => (entry as { type?: unknown }).type === "chat")
    .map((entry) => Entry.parse(entry))
    .map((entry) => [entry.id, modelOf(entry, provider)]);
}

function modelOf(entry: Entry, provider: string): Model {
  const { cost, contextWindow, maxTokens } = entry;
  const hourly = provider === "anthropic" && entry.promptCache?.long !== undefined;
  const efforts = effortsOf(entry);
  return {
    ...ratesOf(cost, hourly),
    ...(cost.tiers === undefined
      ? {}
      : { tiers: cost.tiers.map((tier) => ({ above: tier.inputTokensAbove, ...ratesOf(tier, hourly) })) }),
    ...(contextWindow === undefined ? {} : { context: contextWindow }),
    ...(maxTokens === undefined ? {} : { max_output: maxTokens }),
    ...(efforts.length === 0 ? {} : { efforts }),
  };
}

/** The source writes 0 where it has no price; a model that costs nothing at all is one whose price nobody has entered. */
function ratesOf({ input, output, cacheRead, cacheWrite }: Cost, hourly: boolean) {
  if (input === 0 && output === 0) return {};
  return {
    input,
    output,
    ...(cacheRead ? { cache_read: cacheRead } : {}),
    ...(cacheWrite ? { cache_write: cacheWrite } : {}),
    // Anthropic's own rule: five minutes cost 1.25 times the input, an hour twice.
    ...(cacheWrite && hourly ? { cache_write_1h: input * 2 } : {}),
  };
}

/** Levels that the model takes by that very name; where the source says nothing of levels, none. */
function effortsOf({ reasoning, thinkingLevelMap: levels, compat = {} }: Entry): string[] {
  if (reasoning !== true || compat.supportsReasoningEffort === false) return [];
  if (levels === undefined && compat.forceAdaptiveThinking !== true) return [];
  const word = (level: string) => levels?.[level]?.toLowerCase() === level;
  const unless = (level: string) => levels?.[level] === undefined || word(level);
  return [
    ...["minimal"].filter(word),
    ...["low", "medium", "high"].filter(unless),
    ...["xhigh", "max"].filter(word),
  ];
}

/** One model a line, so that a change reads as one. */
export function catalogText({ providers, ...head }: Catalog): string {
  const lines = Object.entries(providers).map(([provider, models]) => {
    const inner = Object.entries(models).map(
      ([id, model]) => `      ${JSON.stringify(id)}: ${JSON.stringify(model)}`,
    );
    return `    ${JSON.stringify(provider)}: {\n${inner.join(",\n")}\n    }`;
  });
  const opening = Object.entries(head).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`,
  );
  return `{\n${opening.join("\n")}\n  "providers": {\n${lines.join(",\n")}\n  }\n}\n`;
}
