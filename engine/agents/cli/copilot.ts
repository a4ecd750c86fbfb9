/** GitHub Copilot CLI: `copilot --output-format json`; pays with a GitHub token, or speaks to any provider. */
import type { Usage } from "../../core/outcome.ts";
import type { AgentEvent } from "../port.ts";
import { statusFolder } from "../status-link.ts";
import type { Access, AccountedUsage, CliAdapter, CliEvent, CliPrompt, CliTask, Reader } from "./adapter.ts";
import { type Fields, fieldsOf, listOf, textField, textOrNull, tokenFields, usdOf } from "./fields.ts";
import { hookCommand, hookSeconds } from "./hook-command.ts";

const USAGE_FILE = "usage.json";
const TOKENS = "COPILOT_GITHUB_TOKEN,GH_TOKEN,GITHUB_TOKEN,COPILOT_PROVIDER_API_KEY";

export const copilot: CliAdapter = {
  name: "copilot",
  executable: "copilot",
  versionArgs: ["--version"],
  protocol: "openai_chat_completions",
  graceMs: 5000,
  countsTurns: false,
  unsandboxed: /Sandboxing is disabled for this session[^\n]*/,
  sandboxProbe: () => [
    ["bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"],
    ["slirp4netns", "--version"],
  ],
  call(task) {
    const { settings, access, stateRoot, resume, worktree } = task;
    return {
      args: [
        ...[
          "--output-format",
          "json",
          "--allow-all-tools",
          "--no-ask-user",
          "--no-auto-update",
          "--no-color",
        ],
        ...[
          "-C",
          worktree,
          "--add-dir",
          statusFolder(task.statusPath),
          "--disable-builtin-mcps",
          "--disable-client-telemetry",
          "--no-remote",
        ],
        ...["--log-dir", `${stateRoot}/logs`, "--usage-output-file", `${stateRoot}/${USAGE_FILE}`],
        `--secret-env-vars=${TOKENS}`,
        ...(task.instructionFiles ? [] : ["--no-custom-instructions"]),
        ...(settings.model === null ? [] : ["--model", settings.model]),
        ...(settings.effort === null ? [] : ["--reasoning-effort", settings.effort]),
        ...(resume === null ? [] : [`--resume=${resume}`]),
      ],
      env: {
        ...(access.kind === "login" ? {} : { COPILOT_HOME: stateRoot }),
        ...accessEnv(access),
      },
      files: { "settings.json": JSON.stringify(settingsOf(task)) },
    };
  },
  reader: () => copilotReader(),
  failureOf: (code, stderr) =>
    code === 1 && /No authentication information|not (?:logged in|authenticated)|401/i.test(stderr)
      ? { problem: `copilot has no valid token: ${stderr.trim().slice(0, 500)}`, code: "authentication" }
      : null,
  usageFile: { name: USAGE_FILE, read: readUsage },
  sessionPath: (stored) => stored,
};

/** A repository's hooks and plugins are loaded only for a folder that is trusted; none is. */
const settingsOf = ({ sandbox, statusPath, worktree, settings }: CliTask): object => ({
  ...(sandbox
    ? {
        sandbox: {
          enabled: true,
          allowBypass: false,
          addCurrentWorkingDirectory: true,
          userPolicy: {
            filesystem: { readwritePaths: [worktree, statusFolder(statusPath)] },
            network: { allowOutbound: true },
          },
        },
      }
    : {}),
  ...(settings.hooks.pre === null && settings.hooks.post === null ? {} : { hooks: hooksOf(settings) }),
});

const hooksOf = (settings: CliTask["settings"]): object => ({
  ...(settings.hooks.pre === null ? {} : { preToolUse: hook(settings.hooks.pre, settings) }),
  ...(settings.hooks.post === null ? {} : { postToolUse: hook(settings.hooks.post, settings) }),
});

const hook = (command: string, settings: CliTask["settings"]) => [
  {
    type: "command",
    bash: `${hookCommand(command, settings)} >&2 || echo '${DENIED}'`,
    timeoutSec: hookSeconds(settings),
  },
];

const DENIED = JSON.stringify({
  permissionDecision: "deny",
  permissionDecisionReason: "the tool hook of the stage failed",
});

function accessEnv(access: Access): Record<string, string> {
  if (access.kind === "github_token") return { COPILOT_GITHUB_TOKEN: access.token };
  if (access.kind === "login") return {};
  const type = access.protocol === "anthropic_messages" ? "anthropic" : "openai";
  return {
    COPILOT_OFFLINE: "true",
    COPILOT_PROVIDER_BASE_URL: access.url,
    COPILOT_PROVIDER_TYPE: type,
    COPILOT_PROVIDER_API_KEY: access.token,
    ...(access.protocol === "openai_responses" ? { COPILOT_PROVIDER_WIRE_API: "responses" } : {}),
  };
}

function copilotReader(): Reader {
  let end: AccountedUsage["end"] = null;
  let session: string | null = null;
  let response = "";
  let failed: { problem: string; code: string } | null = null;

  const message = ({ content, toolRequests }: Fields): CliPrompt => {
    const said = textField(content);
    if (said !== "") response = said;
    const calls = listOf(toolRequests).map(
      (call): AgentEvent => ({
        kind: "TOOL_CALL_START",
        call_id: textField(call.toolCallId),
        tool: textField(call.name),
        input: JSON.stringify(call.arguments ?? {}),
      }),
    );
    return {
      progress: true,
      log: [...(said === "" ? [] : [{ kind: "ASSISTANT" as const, text: said }]), ...calls],
    };
  };

  return {
    take(event: CliEvent): CliPrompt {
      const data = fieldsOf(event.data);
      switch (event.type) {
        case "assistant.message":
          return message(data);
        case "assistant.message_delta":
        case "assistant.tool_call_delta":
        case "assistant.turn_end":
        case "tool.execution_start":
        case "tool.execution_partial_result":
        case "tool.shell_output":
          return { progress: true };
        case "tool.execution_complete":
          return { progress: true, log: [toolEnd(data)] };
        case "model.call_failure":
        case "assistant.turn_retry":
          return {
            progress: false,
            log: [{ kind: "ERROR", error: textField(data.failureKind) || textField(event.type) }],
          };
        case "session.error":
          failed = {
            problem: `copilot: ${textField(data.message)}`,
            code: codeOf(textField(data.errorType)),
          };
          return { progress: false, log: [{ kind: "ERROR", error: failed.problem }] };
        case "result":
          session = textOrNull(event.sessionId);
          end =
            event.exitCode === 0
              ? "done"
              : (failed ?? { problem: `copilot ended with exit code ${event.exitCode}`, code: "api" });
          return { progress: true };
        default:
          return { progress: false };
      }
    },
    account: () => ({ end, error: failed, response, session, version: null, usage: [] }),
  };
}

const codeOf = (type: string): string =>
  /auth/i.test(type)
    ? "authentication"
    : /quota|credit/i.test(type)
      ? "quota_exceeded"
      : /rate/i.test(type)
        ? "rate_limit"
        : "api";

const toolEnd = ({ toolCallId, success, result, shellExecution }: Fields): AgentEvent => ({
  kind: "TOOL_CALL_END",
  call_id: textField(toolCallId),
  output: textField(fieldsOf(result).content),
  ...(success === true ? {} : { error: `it failed${exitOf(fieldsOf(shellExecution).exitCode)}` }),
});

const exitOf = (code: unknown): string => (typeof code === "number" ? ` with exit code ${code}` : "");

/** An AI credit is a cent; where the file says that credits are not to be had, the price is not known. */
function readUsage(text: string): readonly Usage[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  return Object.entries(fieldsOf(fieldsOf(json).modelMetrics)).map(([model, metrics]) => {
    const { usage, totalNanoAiu, aiCreditsStatus } = fieldsOf(metrics);
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = fieldsOf(usage);
    const read = tokenFields(cacheReadTokens) ?? 0;
    const written = tokenFields(cacheWriteTokens) ?? 0;
    const input = tokenFields(inputTokens);
    const credits =
      aiCreditsStatus !== "unavailable" && typeof totalNanoAiu === "number" ? totalNanoAiu / 1e9 : null;
    return {
      model,
      input_tokens: input === undefined ? undefined : Math.max(0, input - read - written),
      output_tokens: tokenFields(outputTokens),
      cache_read_tokens: read,
      cache_write_tokens: written,
      cost_usd: credits === null ? null : usdOf(credits * USD_PER_CREDIT),
    };
  });
}

const USD_PER_CREDIT = 0.01;
