/** What each CLI was seen to write: shapes as measured, words of our own. */
import type { CliName } from "../../../../engine/agents/cli/adapter.ts";

export type Step = Readonly<Record<string, unknown>>;

const say = (line: unknown): Step => ({ say: line });

export const SESSION = "5f0c0f7a-1111-4222-8333-944445555666";

const claudeResult = (changes: object) => ({
  type: "result",
  subtype: "success",
  is_error: false,
  terminal_reason: "completed",
  result: "it is done",
  num_turns: 2,
  session_id: SESSION,
  total_cost_usd: 0.0021,
  usage: { input_tokens: 0, output_tokens: 0 },
  modelUsage: {
    "claude-sonnet-4-6": {
      inputTokens: 300,
      outputTokens: 40,
      cacheReadInputTokens: 7,
      cacheCreationInputTokens: 5,
      thinkingTokens: 0,
      costUSD: 0.0021,
    },
  },
  permission_denials: [],
  ...changes,
});

const claudeBegin = [
  say({
    type: "system",
    subtype: "init",
    session_id: SESSION,
    model: "claude-sonnet-4-6",
    claude_code_version: "2.1.0",
  }),
  say({
    type: "assistant",
    session_id: SESSION,
    message: {
      id: "msg_1",
      model: "claude-sonnet-4-6",
      content: [{ type: "tool_use", id: "tu_1", name: "Bash", input: { command: "true" } }],
      usage: { input_tokens: 100, output_tokens: 20 },
    },
  }),
  say({
    type: "user",
    session_id: SESSION,
    message: { content: [{ type: "tool_result", tool_use_id: "tu_1", content: "fine", is_error: false }] },
  }),
];

const codexBegin = [
  say({ type: "thread.started", thread_id: SESSION }),
  say({ type: "item.completed", item: { id: "w", type: "error", message: "Model metadata not found" } }),
  say({ type: "turn.started" }),
  say({
    type: "item.started",
    item: { id: "c1", type: "command_execution", command: "true", aggregated_output: "", exit_code: null },
  }),
  say({
    type: "item.completed",
    item: { id: "c1", type: "command_execution", command: "true", aggregated_output: "fine", exit_code: 0 },
  }),
  say({ type: "item.completed", item: { id: "m1", type: "agent_message", text: "it is done" } }),
];

const geminiBegin = [
  say({ type: "init", session_id: SESSION, model: "gemini-2.5-pro" }),
  say({ type: "message", role: "user", content: "the prompt" }),
  say({ type: "tool_use", tool_name: "run_shell_command", tool_id: "t1", parameters: { command: "true" } }),
  say({ type: "tool_result", tool_id: "t1", status: "success", output: "fine" }),
  say({ type: "message", role: "assistant", content: "it is ", delta: true }),
  say({ type: "message", role: "assistant", content: "done", delta: true }),
];

const geminiStats = {
  models: { "gemini-2.5-pro": { input_tokens: 310, input: 300, output_tokens: 40, cached: 10 } },
};

const copilotBegin = [
  say({ type: "assistant.turn_start", data: { turnId: "0" } }),
  say({
    type: "assistant.message",
    data: { content: "", toolRequests: [{ toolCallId: "c1", name: "bash", arguments: { command: "true" } }] },
  }),
  say({ type: "tool.execution_start", data: { toolCallId: "c1", toolName: "bash" } }),
  say({
    type: "tool.execution_complete",
    data: { toolCallId: "c1", success: true, result: { content: "fine" }, shellExecution: { exitCode: 0 } },
  }),
  say({ type: "assistant.message", data: { content: "it is done", toolRequests: [] } }),
];

export const copilotUsage = JSON.stringify({
  modelMetrics: {
    "gpt-5.4": {
      usage: { inputTokens: 310, outputTokens: 40, cacheReadTokens: 10, cacheWriteTokens: 0 },
      totalNanoAiu: 1_500_000_000,
      aiCreditsStatus: "available",
    },
  },
});

export interface Fake {
  /** Up to and without the line that ends the work. */
  readonly begin: readonly Step[];
  readonly result: Step;
  /** The same, saying that a model could not be reached. */
  readonly failed: Step;
  /** A sign of life that is no progress. */
  readonly noise: object;
}

export const FAKES: Readonly<Record<CliName, Fake>> = {
  claude: {
    begin: claudeBegin,
    result: say(claudeResult({})),
    failed: say(
      claudeResult({ is_error: true, terminal_reason: "api_error", result: "API Error: Connection error." }),
    ),
    noise: { type: "system", subtype: "api_retry" },
  },
  codex: {
    begin: codexBegin,
    result: say({
      type: "turn.completed",
      usage: { input_tokens: 310, cached_input_tokens: 10, output_tokens: 40, reasoning_output_tokens: 4 },
    }),
    failed: say({ type: "turn.failed", error: { message: "stream disconnected" } }),
    noise: { type: "error", message: "Reconnecting... waiting for network" },
  },
  gemini: {
    begin: geminiBegin,
    result: say({ type: "result", status: "success", stats: geminiStats }),
    failed: say({
      type: "result",
      status: "error",
      error: { type: "Error", message: "fetch failed" },
      stats: geminiStats,
    }),
    noise: { type: "error", severity: "warning", message: "retrying" },
  },
  copilot: {
    begin: copilotBegin,
    result: say({ type: "result", sessionId: SESSION, exitCode: 0, usage: { premiumRequests: 0 } }),
    failed: say({ type: "result", sessionId: SESSION, exitCode: 1, usage: { premiumRequests: 0 } }),
    noise: { type: "model.call_failure", data: { failureKind: "connection" } },
  },
};

export const claudeEnd = (changes: object): Step => say(claudeResult(changes));
export const line = say;
