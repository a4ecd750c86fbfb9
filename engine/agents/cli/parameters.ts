/** Which parameter of a stage becomes what for each CLI (R-AGENT-21): the one table; preflight tells what cannot be honoured. */
import type { ModelSettings } from "../port.ts";
import type { CliName } from "./adapter.ts";

export type Parameter =
  | "llm_model"
  | "reasoning_effort"
  | "max_tokens"
  | "max_agent_turns"
  | "command_timeouts"
  | "tool_hooks";

/** null: the CLI has nothing for it. */
export const CLI_PARAMETERS: Readonly<Record<CliName, Readonly<Record<Parameter, string | null>>>> = {
  claude: {
    llm_model: "--model",
    reasoning_effort: "--effort",
    max_tokens: "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
    max_agent_turns: "--max-turns",
    command_timeouts: "BASH_DEFAULT_TIMEOUT_MS, BASH_MAX_TIMEOUT_MS",
    tool_hooks: "--settings hooks.PreToolUse, hooks.PostToolUse",
  },
  codex: {
    llm_model: "-m",
    reasoning_effort: "-c model_reasoning_effort",
    max_tokens: null,
    max_agent_turns: "counted by the proxy",
    command_timeouts: null,
    tool_hooks: "-c hooks.PreToolUse, hooks.PostToolUse",
  },
  gemini: {
    llm_model: "-m",
    reasoning_effort: null,
    max_tokens: null,
    max_agent_turns: "settings.json model.maxSessionTurns",
    command_timeouts: null,
    tool_hooks: "settings.json hooks.BeforeTool, hooks.AfterTool",
  },
  copilot: {
    llm_model: "--model",
    reasoning_effort: "--reasoning-effort",
    max_tokens: null,
    max_agent_turns: "counted by the proxy",
    command_timeouts: null,
    tool_hooks: "settings.json hooks.preToolUse, hooks.postToolUse",
  },
};

export interface WrittenParameter
  extends Omit<ModelSettings, "commandTimeoutMs" | "maxCommandTimeoutMs" | "responseSchema"> {
  /** Whether the author wrote any of the two. */
  readonly commandTimeouts: boolean;
}

/** One sentence for each parameter that the author wrote and this CLI cannot honour. */
export function unsupported(cli: CliName, proxied: boolean, written: WrittenParameter): readonly string[] {
  const asked: Readonly<Record<Parameter, boolean>> = {
    llm_model: written.model !== null,
    reasoning_effort: written.effort !== null,
    max_tokens: written.maxTokens !== null,
    max_agent_turns: written.maxTurns > 0,
    command_timeouts: written.commandTimeouts,
    tool_hooks: written.hooks.pre !== null || written.hooks.post !== null,
  };
  return (Object.keys(asked) as Parameter[]).flatMap((parameter) => {
    if (!asked[parameter]) return [];
    const by = CLI_PARAMETERS[cli][parameter];
    if (by === null) return [`${cli} has no setting for ${parameter}`];
    return by === BY_PROXY && !proxied
      ? [`${cli} does not count turns, and its calls do not pass the proxy: ${parameter} cannot be kept`]
      : [];
  });
}

const BY_PROXY = "counted by the proxy";
