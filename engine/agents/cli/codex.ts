/** Codex: `codex exec --json`. */
import { join } from "node:path";
import type { Usage } from "../../core/outcome.ts";
import type { AgentEvent } from "../port.ts";
import { statusFolder } from "../status-link.ts";
import type { AccountedUsage, CliAdapter, CliEvent, CliPrompt, CliTask, Reader } from "./adapter.ts";
import { type Fields, fieldsOf, textField, textOrNull, tokenFields } from "./fields.ts";
import { hookCommand, hookSeconds } from "./hook-command.ts";
import { sandboxBroke } from "./sandbox.ts";

const TOKEN = "ATTRACTOR_MODEL_TOKEN";
const SCHEMA_FILE = "response-schema.json";

export const codex: CliAdapter = {
  name: "codex",
  executable: "codex",
  versionArgs: ["--version"],
  protocol: "openai_responses",
  // It is known to hang after its last line.
  graceMs: 5000,
  countsTurns: false,
  sandboxProbe: (executable) => [[executable, "sandbox", "--", "true"]],
  call(task) {
    const { settings, access, stateRoot, resume, worktree } = task;
    const config = configOf(task).flatMap(([key, value]) => ["-c", `${key}=${toml(value)}`]);
    return {
      args: [
        ...["exec", "--json", "--skip-git-repo-check", "-C", worktree],
        ...["-s", task.sandbox ? "workspace-write" : "danger-full-access"],
        ...(access.kind === "login" ? [] : ["--ignore-user-config"]),
        ...(task.instructionFiles ? [] : ["--ignore-rules"]),
        // Of the stage's own hooks: they come from the graph.
        ...((settings.hooks.pre ?? settings.hooks.post) ? ["--dangerously-bypass-hook-trust"] : []),
        ...(settings.model === null ? [] : ["-m", settings.model]),
        ...(settings.responseSchema?.natively ? ["--output-schema", join(stateRoot, SCHEMA_FILE)] : []),
        ...config,
        ...(resume === null ? ["-"] : ["resume", resume, "-"]),
      ],
      env: {
        ...(access.kind === "login" ? {} : { CODEX_HOME: stateRoot }),
        ...(access.kind === "proxy" ? { [TOKEN]: access.token } : {}),
      },
      files: settings.responseSchema?.natively
        ? { [SCHEMA_FILE]: JSON.stringify(settings.responseSchema.schema) }
        : {},
    };
  },
  reader: (task) => codexReader(task),
  failureOf: () => null,
  sessionPath: (stored) => stored,
};

function configOf({ settings, access, sandbox, statusPath, instructionFiles }: CliTask): [string, unknown][] {
  const provider: [string, unknown][] =
    access.kind === "proxy"
      ? [
          ["model_provider", "attractor"],
          ["model_providers.attractor.name", "attractor"],
          ["model_providers.attractor.base_url", access.url],
          ["model_providers.attractor.env_key", TOKEN],
          ["model_providers.attractor.wire_api", "responses"],
          ["model_providers.attractor.supports_websockets", false],
        ]
      : [];
  return [
    ...provider,
    ...(sandbox
      ? ([
          ["sandbox_workspace_write.writable_roots", [statusFolder(statusPath)]],
          ["sandbox_workspace_write.network_access", true],
        ] as [string, unknown][])
      : []),
    ["shell_environment_policy.inherit", "all"],
    ["shell_environment_policy.ignore_default_excludes", true],
    ["shell_environment_policy.exclude", [TOKEN]],
    ...(settings.effort === null
      ? []
      : ([["model_reasoning_effort", settings.effort]] as [string, unknown][])),
    ...(settings.hooks.pre === null
      ? []
      : ([["hooks.PreToolUse", hook(settings.hooks.pre, settings)]] as [string, unknown][])),
    ...(settings.hooks.post === null
      ? []
      : ([["hooks.PostToolUse", hook(settings.hooks.post, settings)]] as [string, unknown][])),
    ...(instructionFiles ? [] : ([["project_doc_max_bytes", 0]] as [string, unknown][])),
  ];
}

/** Texts, numbers and truth values are written in TOML as in JSON. */
function toml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toml).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${toml(item)}`)
    .join(",")}}`;
}

/** A hook that fails skips the call; codex itself asks for exit status 2 and words. */
const hook = (command: string, settings: CliTask["settings"]) => [
  {
    matcher: "*",
    hooks: [
      {
        type: "command",
        command: `${hookCommand(command, settings)} || { echo "the stage's tool hook failed" >&2; exit 2; }`,
        timeout: hookSeconds(settings),
      },
    ],
  },
];

function codexReader({ settings }: CliTask): Reader {
  let end: AccountedUsage["end"] = null;
  let session: string | null = null;
  let response = "";
  let usage: readonly Usage[] = [];
  let lastError = "";
  let broken: string | null = null;

  const item = (event: Fields): CliPrompt => {
    const { id, type, text, command, aggregated_output, exit_code, message } = fieldsOf(event.item);
    // A warning, about a model that it does not know for instance.
    if (type === "error") {
      return { progress: false, log: [{ kind: "ERROR", error: textField(message), warning: true }] };
    }
    const done = event.type === "item.completed";
    if (type === "agent_message") {
      if (!done) return { progress: true };
      response = textField(text);
      return { progress: true, log: [{ kind: "ASSISTANT", text: response }] };
    }
    if (type === "command_execution" && done && exit_code !== 0) {
      broken ??= sandboxBroke(textField(aggregated_output));
    }
    const output = textField(aggregated_output);
    const call = { call_id: textField(id), tool: textField(type) };
    const start: AgentEvent = { kind: "TOOL_CALL_START", ...call, input: textField(command) };
    const over: AgentEvent = { kind: "TOOL_CALL_END", ...call, output, ...errorOf(exit_code) };
    if (event.type === "item.started") return { progress: true, log: [start] };
    return { progress: true, ...(done ? { log: [over] } : {}) };
  };

  return {
    take(event: CliEvent): CliPrompt {
      switch (event.type) {
        case "thread.started":
          session = textOrNull(event.thread_id);
          return { progress: true };
        case "turn.started":
          return { progress: true };
        case "item.started":
        case "item.updated":
        case "item.completed":
          return item(event);
        case "turn.completed":
          usage = [usageOf(settings.model, fieldsOf(event.usage))];
          end =
            broken === null
              ? "done"
              : { problem: `the sandbox of codex did not start: ${broken}`, code: "configuration" };
          return { progress: true };
        case "turn.failed":
          end = { problem: textField(fieldsOf(event.error).message) || lastError, code: "api" };
          return { progress: true };
        case "error":
          // Also "Reconnecting...", for ever when nothing answers.
          lastError = textField(event.message);
          return { progress: false, log: [{ kind: "ERROR", error: lastError }] };
        default:
          return { progress: false };
      }
    },
    account: () => ({
      end,
      error: lastError === "" ? null : { problem: `codex: ${lastError}`, code: "api" },
      response,
      session,
      version: null,
      usage,
    }),
  };
}

const errorOf = (exitCode: unknown) =>
  exitCode === 0 || exitCode === null || exitCode === undefined ? {} : { error: `exit status ${exitCode}` };

/** Its input counts what came from the cache too. */
function usageOf(model: string | null, usage: Fields): Usage {
  const read = tokenFields(usage.cached_input_tokens) ?? 0;
  const written = tokenFields(usage.cache_write_input_tokens) ?? 0;
  const input = tokenFields(usage.input_tokens);
  return {
    ...(model === null ? {} : { model }),
    input_tokens: input === undefined ? undefined : Math.max(0, input - read - written),
    output_tokens: tokenFields(usage.output_tokens),
    cache_read_tokens: read,
    cache_write_tokens: written,
    reasoning_tokens: tokenFields(usage.reasoning_output_tokens),
    cost_usd: null,
  };
}
