/** A model's name as authors write it, found in the catalog. */
import { nearestWord } from "../../graph/nearest.ts";
import { CATALOG, type Model } from "./catalog.ts";

/** The same provider by other names. */
const PROVIDERS: Readonly<Record<string, string>> = {
  gemini: "google",
  google_ai_studio: "google",
  moonshot: "kimi",
  moonshotai: "kimi",
  "z-ai": "zai",
  zhipu: "zai",
  "github-copilot": "copilot",
};

export const catalogProvider = (provider: string): string => PROVIDERS[provider] ?? provider;

export type Models = Readonly<Record<string, Model>>;

/** A provider's models, or null for a provider that the catalog does not cover. */
export function modelsOf(provider: string): Models | null {
  const name = catalogProvider(provider);
  return Object.hasOwn(CATALOG.providers, name) ? CATALOG.providers[name]! : null;
}

export interface FoundModel {
  /** As the provider spells it. */
  readonly id: string;
  readonly model: Model;
}

/** Spelled exactly, or one of the spellings that mean the same. */
export function findModel(provider: string, name: string, models = modelsOf(provider)): FoundModel | null {
  if (models === null) return null;
  for (const id of spellings(catalogProvider(provider), name)) {
    if (Object.hasOwn(models, id)) return { id, model: models[id]! };
  }
  return null;
}

/** A word that a CLI takes for the newest model of a family: the one that the catalog has as the newest. */
const FAMILIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  anthropic: {
    opus: "claude-opus-",
    sonnet: "claude-sonnet-",
    haiku: "claude-haiku-",
    fable: "claude-fable-",
  },
};

function* spellings(provider: string, name: string): Generator<string> {
  const bare = name.includes("/") ? name.slice(name.lastIndexOf("/") + 1) : name;
  yield name;
  yield bare;
  // Anthropic writes claude-opus-4-6 where its resellers, and people, write claude-opus-4.6; Copilot the other way round.
  if (provider === "anthropic") yield bare.replaceAll(".", "-");
  if (provider === "copilot") yield bare.replace(/-(\d+)-(\d+)$/, "-$1.$2");
  const undated = bare.replace(/(?:-latest|-\d{8}|-\d{4}-\d{2}-\d{2})$/, "");
  const plain = provider === "anthropic" ? undated.replaceAll(".", "-") : undated;
  yield plain;
  if (provider === "anthropic") yield `${plain}-0`;
  const family = FAMILIES[provider]?.[bare];
  if (family !== undefined) yield newest(provider, family) ?? bare;
}

function newest(provider: string, prefix: string): string | null {
  const models = Object.entries(modelsOf(provider) ?? {});
  const ids = models.flatMap(([id, { retired }]) => (id.startsWith(prefix) && !retired ? [id] : []));
  return (
    ids
      .filter((id) => !/-\d{8}$/.test(id))
      .sort(byNumbers)
      .at(-1) ?? null
  );
}

/** claude-opus-5-5 is newer than claude-opus-5, and that than claude-opus-4-8. */
function byNumbers(a: string, b: string): number {
  const [x, y] = [a, b].map((id) => (id.match(/\d+/g) ?? []).map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : 1;
}

/** The known name that a wrong one was probably meant to be: the newest of the nearest, current ones first. */
export function nearestModel(name: string, models: Models): string | null {
  const ids = Object.keys(models).sort(byNumbers).reverse();
  const current = ids.filter((id) => !models[id]!.retired);
  const longer = (id: string) => id.startsWith(name);
  return (
    current.find(longer) ?? ids.find(longer) ?? nearestWord(name, current, FAR) ?? nearestWord(name, ids, FAR)
  );
}

const FAR = (word: string): number => Math.ceil(word.length / 2);

/** Where a model's name alone says who serves it: the first-party providers that have it. */
export function providersOf(name: string): string[] {
  return Object.keys(CATALOG.providers).filter((provider) => findModel(provider, name) !== null);
}
