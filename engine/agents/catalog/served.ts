/** Which models a declared provider has, and which one it is given when nobody names one. */
import { endpointOf } from "../../config/known-providers.ts";
import type { Provider } from "../../config/providers.ts";
import { catalogProvider, findModel, type Models, modelsOf } from "./find.ts";

/** Null: nobody knows. An address of one's own has what its owner says it has. */
export function modelsServedBy(name: string, provider: Provider): Models | null {
  const catalog = isOwnAddress(name, provider) ? modelsOf(name) : null;
  const own = provider.models ?? null;
  if (catalog === null || own === null) return own === null ? catalog : (own as Models);
  return { ...catalog, ...(own as Models) };
}

/** Whether calls go to the provider that the catalog knows by this name. */
function isOwnAddress(name: string, provider: Provider): boolean {
  if (provider.backend === "command" || provider.backend === "acp") return false;
  if (provider.api === undefined) return true;
  const read = endpointOf(catalogProvider(name), provider.api);
  return read.ok && read.endpoint.own;
}

/** The model of a failover, and of a stage that names none. Each is one that its provider serves now. */
export const DEFAULT_MODELS: Readonly<Record<string, string>> = {
  anthropic: "claude-opus-5-5",
  openai: "gpt-6.2-sol",
  google: "gemini-4-argon",
  kimi: "kimi-for-coding",
  zai: "glm-4.7",
};

/** Null: a command or a CLI chooses by itself, an API needs a name. */
export function defaultModel(name: string, provider: Provider): string | null {
  if (provider.backend !== "api") return null;
  const models = modelsServedBy(name, provider);
  const usual = DEFAULT_MODELS[catalogProvider(name)];
  if (usual !== undefined && findModel(name, usual, models) !== null) return usual;
  return Object.keys(provider.models ?? {})[0] ?? usual ?? null;
}
