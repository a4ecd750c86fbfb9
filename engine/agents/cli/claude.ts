/** Claude Code: `claude -p`, one JSON object a line. */
import type { Usage } from "../../core/outcome.ts";
import type { AgentEvent } from "../port.ts";
import { statusFolder } from "../status-link.ts";
import type {
  AccountedUsage,
  CliAdapter,
  CliEvent,
  CliFailure,
  CliPrompt,
  CliTask,
  Reader,
} from "./adapter.ts";
import { type Fields, fieldsOf, listOf, textField, textOrNull, tokenFields, usdOf } from "./fields.ts";
import { hookCommand, hookSeconds } from "./hook-command.ts";
import { turnLimit } from "./limits.ts";

const TOOLS = "Bash Edit Write Read Glob Grep NotebookEdit TodoWrite TaskCreate TaskUpdate TaskGet TaskList";

export const claude: CliAdapter = {
  name: "claude",
  executable: "claude",
  versionArgs: ["--version"],
  protocol: "anthropic_messages",
  graceMs: 5000,
  countsTurns: true,
  sandboxProbe: () => [
    ["bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"],
    ["socat", "-V"],
  ],
  call(task) {
    const { settings, access, stateRoot, resume, instructionFiles } = task;
    const { responseSchema } = settings;
    // It hands such an answer in by a tool.
    const tools = responseSchema?.natively ? `${TOOLS} StructuredOutput` : TOOLS;
    return {
      args: [
        "-p",
        ...["--output-format", "stream-json", "--verbose"],
        ...["--permission-mode", "dontAsk", "--permission-prompts", "none"],
        ...[
          "--allowedTools",
          `${tools} Edit(/${task.statusPath}) Edit(/${statusFolder(task.statusPath)}/**)`,
        ],
        ...(responseSchema?.natively ? ["--json-schema", JSON.stringify(responseSchema.schema)] : []),
        ...["--strict-mcp-config", "--setting-sources", instructionFiles ? "project" : ""],
        ...["--settings", JSON.stringify(settingsOf(task))],
        ...(settings.model === null ? [] : ["--model", settings.model]),
        ...(settings.effort === null ? [] : ["--effort", settings.effort]),
        ...(settings.maxTurns === 0 ? [] : ["--max-turns", String(settings.maxTurns)]),
        ...(resume === null ? [] : ["--resume", resume]),
      ],
      env: {
        // A login lives in the user's own folder, which is then the state root.
        ...(access.kind === "login" ? {} : { CLAUDE_CONFIG_DIR: stateRoot }),
        ...(access.kind === "proxy"
          ? { ANTHROPIC_BASE_URL: access.url, ANTHROPIC_API_KEY: access.token }
          : {}),
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
        ...(instructionFiles ? {} : { CLAUDE_CODE_DISABLE_CLAUDE_MDS: "1" }),
        DISABLE_AUTOUPDATER: "1",
        BASH_DEFAULT_TIMEOUT_MS: String(settings.commandTimeoutMs),
        BASH_MAX_TIMEOUT_MS: String(settings.maxCommandTimeoutMs),
        ...(settings.maxTokens === null ? {} : { CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(settings.maxTokens) }),
      },
      files: {},
    };
  },
  reader: (task) => claudeReader(task),
  failureOf(code, stderr) {
    if (/sandbox\.failIfUnavailable|sandbox (?:is )?(?:required|unavailable)/i.test(stderr)) {
      return { problem: `the sandbox of claude cannot start: ${stderr.trim()}`, code: "configuration" };
    }
    return code === 1 && /requires --verbose|unknown option/.test(stderr)
      ? { problem: `claude refused its arguments: ${stderr.trim()}`, code: "provider_contract" }
      : null;
  },
  sessionPath: (stored, { worktree }) =>
    `projects/${worktree.replace(/[^A-Za-z0-9]/g, "-")}/${stored.split("/").at(-1)}`,
};

/** A hook that fails skips the call; claude itself asks for exit status 2. */
const hook = (command: string, settings: CliTask["settings"]) => [
  {
    matcher: "*",
    hooks: [
      {
        type: "command",
        command: `${hookCommand(command, settings)} || exit 2`,
        timeout: hookSeconds(settings),
      },
    ],
  },
];

function settingsOf({ settings, sandbox, statusPath }: CliTask): object {
  const { hooks } = settings;
  return {
    hooks: {
      ...(hooks.pre === null ? {} : { PreToolUse: hook(hooks.pre, settings) }),
      ...(hooks.post === null ? {} : { PostToolUse: hook(hooks.post, settings) }),
    },
    ...(sandbox
      ? {
          sandbox: {
            enabled: true,
            failIfUnavailable: true,
            allowUnsandboxedCommands: false,
            autoAllowBashIfSandboxed: true,
            filesystem: { allowWrite: [`/${statusFolder(statusPath)}`] },
          },
        }
      : {}),
  };
}

function claudeReader({ settings }: CliTask): Reader {
  let end: AccountedUsage["end"] = null;
  let session: string | null = null;
  let version: string | null = null;
  let response = "";
  let final: readonly Usage[] | null = null;
  /** One message comes in several lines, each with its usage so far. */
  const messages = new Map<string, Usage>();

  const assistant = (message: Fields): CliPrompt => {
    const content = listOf(message.content);
    const said = content.map(({ text }) => textField(text)).join("");
    if (said !== "") response = said;
    messages.set(textField(message.id), {
      ...usageOf(textField(message.model), fieldsOf(message.usage)),
      cost_usd: null,
    });
    return { progress: true, log: logOf(content, said) };
  };
  const result = (event: Fields): CliPrompt => {
    end = endOf(event, settings.maxTurns);
    const { structured_output: given } = event;
    response =
      given === undefined || given === null ? (textOrNull(event.result) ?? response) : JSON.stringify(given);
    final = Object.entries(fieldsOf(event.modelUsage)).map(([model, usage]) =>
      modelUsage(model, fieldsOf(usage)),
    );
    return { progress: true };
  };
  return {
    take(event: CliEvent) {
      session = textOrNull(event.session_id) ?? session;
      switch (event.type) {
        case "system":
          if (event.subtype !== "init") return { progress: false };
          version = textOrNull(event.claude_code_version);
          return { progress: true };
        case "assistant":
          return assistant(fieldsOf(event.message));
        case "user":
          return { progress: true, log: resultsOf(listOf(fieldsOf(event.message).content)) };
        case "result":
          return result(event);
        default:
          return { progress: false };
      }
    },
    account: () => ({
      end,
      error: null,
      response,
      session,
      version,
      usage: final !== null && final.length > 0 ? final : [...messages.values()],
    }),
  };
}

/**
 * `subtype` says "success" of a call that never reached its model, so that word proves nothing; any other is a failure,
 * which some versions tell by nothing else.
 */
function endOf(event: Fields, maxTurns: number): "done" | CliFailure {
  const { is_error, terminal_reason, subtype } = event;
  const reason = textField(terminal_reason) || REASONS[textField(subtype)] || "";
  if (is_error === false && (reason === "completed" || (reason === "" && isSuccess(subtype)))) return "done";
  if (reason === "max_turns") return turnLimit(maxTurns);
  const said = [textField(event.result), ...errorsOf(event.errors)].filter((text) => text !== "").join("; ");
  const status = typeof event.api_error_status === "number" ? { status: event.api_error_status } : {};
  const problem = `claude ended with ${reason || "an error"}${said === "" ? "" : `: ${said}`}`;
  return { problem, code: CODES[reason] ?? "provider_contract", ...status };
}

const isSuccess = (subtype: unknown): boolean => subtype === undefined || subtype === "success";

/** Of versions that give no reason. */
const REASONS: Readonly<Record<string, string>> = {
  error_max_turns: "max_turns",
  error_max_budget_usd: "budget_exhausted",
};

const CODES: Readonly<Record<string, string>> = {
  api_error: "api",
  budget_exhausted: "budget_exhausted",
  prompt_too_long: "context_length_exceeded",
};

const errorsOf = (errors: unknown): string[] =>
  Array.isArray(errors)
    ? errors.map((error) => (typeof error === "string" ? error : textField(fieldsOf(error).message)))
    : [];

function usageOf(model: string, usage: Fields): Omit<Usage, "cost_usd"> {
  return {
    model,
    input_tokens: tokenFields(usage.input_tokens),
    output_tokens: tokenFields(usage.output_tokens),
    cache_read_tokens: tokenFields(usage.cache_read_input_tokens),
    cache_write_tokens: tokenFields(usage.cache_creation_input_tokens),
  };
}

const modelUsage = (model: string, usage: Fields): Usage => ({
  model,
  input_tokens: tokenFields(usage.inputTokens),
  output_tokens: tokenFields(usage.outputTokens),
  cache_read_tokens: tokenFields(usage.cacheReadInputTokens),
  cache_write_tokens: tokenFields(usage.cacheCreationInputTokens),
  reasoning_tokens: tokenFields(usage.thinkingTokens),
  cost_usd: usdOf(usage.costUSD),
});

function logOf(content: readonly Fields[], said: string): AgentEvent[] {
  const calls = content.filter(({ type }) => type === "tool_use");
  return [
    ...(said === "" ? [] : [{ kind: "ASSISTANT" as const, text: said }]),
    ...calls.map(({ id, name, input }) => ({
      kind: "TOOL_CALL_START" as const,
      call_id: textField(id),
      tool: textField(name),
      input: JSON.stringify(input ?? {}),
    })),
  ];
}

const resultsOf = (content: readonly Fields[]): AgentEvent[] =>
  content
    .filter(({ type }) => type === "tool_result")
    .map(({ tool_use_id, content: output, is_error }) => ({
      kind: "TOOL_CALL_END",
      call_id: textField(tool_use_id),
      output: typeof output === "string" ? output : JSON.stringify(output ?? ""),
      ...(is_error === true ? { error: "the tool reported an error" } : {}),
    }));
