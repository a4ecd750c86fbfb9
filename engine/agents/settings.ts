/** What a stage asks of its model, from its own attributes; the graph's are its defaults already. */
import type { Config } from "../config/schema.ts";
import type { Stage } from "../graph/pipeline.ts";
import { findModel } from "./catalog/find.ts";
import { modelsServedBy } from "./catalog/served.ts";
import type { ModelSettings } from "./port.ts";
import { readSchema } from "./response-schema.ts";

const COMMAND_TIMEOUT_MS = 600_000;

export function settingsOf({ attrs, llmModel, maxAgentTurns }: Stage): ModelSettings {
  const most = numberOf(attrs, "max_command_timeout_ms") ?? COMMAND_TIMEOUT_MS;
  return {
    model: llmModel,
    effort: attrs.get("reasoning_effort") ?? null,
    maxTokens: numberOf(attrs, "max_tokens"),
    maxTurns: maxAgentTurns ?? 0,
    commandTimeoutMs: Math.min(numberOf(attrs, "default_command_timeout_ms") ?? COMMAND_TIMEOUT_MS, most),
    maxCommandTimeoutMs: most,
    responseSchema: schemaOf(attrs),
    hooks: { pre: attrs.get("tool_hooks.pre") ?? null, post: attrs.get("tool_hooks.post") ?? null },
  };
}

/** One that is no JSON object is a finding of lint. */
function schemaOf(attrs: Stage["attrs"]): ModelSettings["responseSchema"] {
  const schema = readSchema(attrs.get("response_schema") ?? "");
  return schema === null ? null : { schema, natively: true };
}

/** For the one that is asked now: its model, and the effort only where that model takes it (R-AGENT-21). */
export function settingsFor(
  stage: Stage,
  target: { readonly provider: string; readonly model: string | null },
  config: Config,
): ModelSettings {
  const settings = { ...settingsOf(stage), model: target.model };
  const { effort } = settings;
  return effort === null || takesEffort(target, effort, config) !== false
    ? settings
    : { ...settings, effort: null };
}

/** null: nobody knows, because the provider chooses the model or has no list of models. */
export function takesEffort(
  { provider: name, model }: { readonly provider: string; readonly model: string | null },
  effort: string,
  { llm }: Config,
): boolean | null {
  const provider = Object.hasOwn(llm.providers, name) ? llm.providers[name]! : null;
  if (provider === null || model === null || provider.backend === "command") return null;
  const found = findModel(name, model, modelsServedBy(name, provider));
  if (found === null) return provider.backend === "api" ? false : null;
  return found.model.efforts?.includes(effort) ?? false;
}

function numberOf(attrs: Stage["attrs"], name: string): number | null {
  const value = Number(attrs.get(name) ?? Number.NaN);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
