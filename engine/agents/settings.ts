/** What a stage asks of its model, from its own attributes; the graph's are its defaults already. */
import type { Stage } from "../graph/pipeline.ts";
import type { ModelSettings } from "./port.ts";

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
    hooks: { pre: attrs.get("tool_hooks.pre") ?? null, post: attrs.get("tool_hooks.post") ?? null },
  };
}

function numberOf(attrs: Stage["attrs"], name: string): number | null {
  const value = Number(attrs.get(name) ?? Number.NaN);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
