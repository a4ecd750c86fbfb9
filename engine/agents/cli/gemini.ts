/** Gemini CLI: `gemini --output-format stream-json`. */
import type { Usage } from "../../core/outcome.ts";
import type {
  AccountedUsage,
  CliAdapter,
  CliEvent,
  CliFailure,
  CliPrompt,
  CliTask,
  Reader,
} from "./adapter.ts";
import { fieldsOf, textField, textOrNull, tokenFields } from "./fields.ts";
import { hookCommand, hookSeconds } from "./hook-command.ts";
import { longer, turnLimit } from "./limits.ts";

/** A file that no repository has, in place of GEMINI.md. */
const NO_FILE = ".attractor-no-instructions";

export const gemini: CliAdapter = {
  name: "gemini",
  executable: "gemini",
  versionArgs: ["--version"],
  protocol: "google_generate_content",
  graceMs: 5000,
  countsTurns: true,
  loginFolder: ".gemini",
  sandboxProbe: "it runs in a container only, which a stage cannot start",
  call(task) {
    const { settings, access, stateRoot, resume } = task;
    return {
      args: [
        ...["--output-format", "stream-json", "--approval-mode", "yolo", "--skip-trust"],
        ...["--allowed-mcp-server-names", "none", "--extensions", "none"],
        ...(settings.model === null ? [] : ["-m", settings.model]),
        ...(resume === null ? [] : ["--resume", "latest"]),
      ],
      env: {
        ...(access.kind === "login" ? {} : { GEMINI_CLI_HOME: stateRoot }),
        ...(access.kind === "proxy"
          ? { GEMINI_API_KEY: access.token, GOOGLE_GEMINI_BASE_URL: access.url }
          : {}),
        GEMINI_CLI_SYSTEM_SETTINGS_PATH: `${stateRoot}/system-settings.json`,
        GEMINI_TELEMETRY_ENABLED: "false",
      },
      // The system's settings outrank those that lie in the tree; below a folder that all may write they are not read.
      files: {
        "system-settings.json": JSON.stringify(settingsOf(task)),
        ".gemini/settings.json": JSON.stringify(settingsOf(task)),
      },
    };
  },
  reader: (task) => geminiReader(task),
  failureOf: (code, stderr) => EXITS[code]?.(lastLine(stderr)) ?? null,
  sessionPath: (stored) => stored,
};

/** An exit status alone, without words, does not keep it from the call. */
const DENIED = JSON.stringify({ decision: "deny", reason: "the tool hook of the stage failed" });

function settingsOf({ access, settings, instructionFiles }: CliTask): object {
  const hook = (command: string) => [
    {
      matcher: "*",
      hooks: [
        {
          type: "command",
          command: `${hookCommand(command, settings)} >&2 || echo '${DENIED}'`,
          timeout: hookSeconds(settings) * 1000,
        },
      ],
    },
  ];
  const { pre, post } = settings.hooks;
  return {
    ...(access.kind === "proxy" ? { security: { auth: { selectedType: "gemini-api-key" } } } : {}),
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    privacy: { usageStatisticsEnabled: false },
    ...(settings.maxTurns === 0 ? {} : { model: { maxSessionTurns: settings.maxTurns } }),
    ...(instructionFiles ? {} : { context: { fileName: NO_FILE } }),
    ...(pre === null && post === null
      ? {}
      : {
          hooks: {
            ...(pre === null ? {} : { BeforeTool: hook(pre) }),
            ...(post === null ? {} : { AfterTool: hook(post) }),
          },
        }),
  };
}

const EXITS: Readonly<Record<number, (said: string) => CliFailure>> = {
  41: (said) => ({ problem: `gemini has no valid login or key: ${said}`, code: "authentication" }),
  42: (said) => ({ problem: `gemini refused its input: ${said}`, code: "invalid_request" }),
  52: (said) => ({ problem: `gemini refused its settings: ${said}`, code: "configuration" }),
  53: (said) => ({ problem: `turn limit reached: ${said}`, code: "turn_limit" }),
  130: () => ({ problem: "gemini was canceled", code: "canceled" }),
};

const lastLine = (text: string): string => text.trim().split("\n").at(-1)!.slice(0, 500);

function geminiReader({ settings }: CliTask): Reader {
  let end: AccountedUsage["end"] = null;
  let session: string | null = null;
  let response = "";
  let usage: readonly Usage[] = [];
  let lastError = "";

  const result = (event: CliEvent): CliPrompt => {
    usage = Object.entries(fieldsOf(fieldsOf(event.stats).models)).map(([model, stats]) =>
      usageOf(model, stats),
    );
    const said = textField(fieldsOf(event.error).message) || lastError;
    if (event.status === "success") end = "done";
    else if (/max(?:imum)? (?:session )?turns/i.test(said)) end = turnLimit(settings.maxTurns);
    else
      end = { problem: `gemini ended with ${textField(event.status) || "an error"}: ${said}`, code: "api" };
    return { progress: true };
  };

  return {
    take(event: CliEvent): CliPrompt {
      switch (event.type) {
        case "init":
          session = textOrNull(event.session_id);
          return { progress: true };
        case "message": {
          if (event.role !== "assistant") return { progress: false };
          const text = textField(event.content);
          response = event.delta === true ? longer(response, text) : text;
          return { progress: true, log: [{ kind: "ASSISTANT", text }] };
        }
        case "tool_use": {
          response = "";
          const args = JSON.stringify(event.parameters ?? {});
          const call = { call_id: textField(event.tool_id), tool: textField(event.tool_name), input: args };
          return { progress: true, log: [{ kind: "TOOL_CALL_START", ...call }] };
        }
        case "tool_result": {
          const failed = event.status === "success" ? {} : { error: textField(event.status) || "it failed" };
          const call = { call_id: textField(event.tool_id), output: textField(event.output), ...failed };
          return { progress: true, log: [{ kind: "TOOL_CALL_END", ...call }] };
        }
        case "error":
          lastError = textField(event.message);
          return { progress: false, log: [{ kind: "ERROR", error: lastError }] };
        case "result":
          return result(event);
        default:
          return { progress: false };
      }
    },
    account: () => ({
      end,
      error: lastError === "" ? null : { problem: `gemini: ${lastError}`, code: "api" },
      response,
      session,
      version: null,
      usage,
    }),
  };
}

/** Its `input` is what the cache did not have; thinking is counted in neither. */
function usageOf(model: string, stats: unknown): Usage {
  const { input, input_tokens, output_tokens, cached } = fieldsOf(stats);
  const read = tokenFields(cached) ?? 0;
  const all = tokenFields(input_tokens);
  return {
    model,
    input_tokens: tokenFields(input) ?? (all === undefined ? undefined : Math.max(0, all - read)),
    output_tokens: tokenFields(output_tokens),
    cache_read_tokens: read,
    cost_usd: null,
  };
}
