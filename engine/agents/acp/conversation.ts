/** One prompt over the Agent Client Protocol, version 1: JSON-RPC, a message a line. Written by hand, to share the bounds of every CLI's lines. */
import type { Writable } from "node:stream";
import type { AccountedUsage, CliEvent, CliFailure, CliPrompt, CliTask, Reader } from "../cli/adapter.ts";
import { type Fields, fieldsOf, listOf, textField, textOrNull } from "../cli/fields.ts";
import { longer, turnLimit } from "../cli/limits.ts";
import { readUpdate } from "./updates.ts";
import { acpUsage } from "./usage.ts";

const VERSION = 1;
/** What lies in memory until the agent reads it. */
const UNREAD_BYTES = 32 * 1024 * 1024;

export function conversation(task: CliTask): Reader {
  let input: Writable | null = null;
  let end: AccountedUsage["end"] = null;
  let session: string | null = null;
  let version: string | null = null;
  let response = "";
  let cost: number | null = null;
  let result: Fields | null = null;
  let nextId = 1;
  const waiting = new Map<number, (result: Fields) => void>();

  const write = (message: object): void => {
    if (input !== null && input.writableLength > UNREAD_BYTES) {
      end ??= { problem: "the agent asks and does not read the answers", code: "provider_contract" };
      return;
    }
    input?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  };
  const ask = (method: string, params: object, then: (result: Fields) => void): void => {
    waiting.set(nextId, then);
    write({ id: nextId++, method, params });
  };

  const begin = (agent: Fields): void => {
    const { name, version: own } = fieldsOf(agent.agentInfo);
    version = [textField(name), textField(own)].filter((part) => part !== "").join(" ") || null;
    const place = { cwd: task.worktree, mcpServers: [] };
    if (task.resume === null) {
      ask("session/new", place, choose);
      return;
    }
    if (fieldsOf(agent.agentCapabilities).loadSession !== true) {
      end = { problem: "the agent cannot load an earlier session", code: "unsupported" };
      return;
    }
    const sessionId = task.resume;
    ask("session/load", { ...place, sessionId }, (loaded) => choose({ ...loaded, sessionId }));
  };
  /** The model, where the author named one. */
  const choose = (opened: Fields): void => {
    session = textOrNull(opened.sessionId);
    // What a loaded session tells of its past is no answer of this stage.
    response = "";
    const { model } = task.settings;
    if (model === null) {
      prompt();
      return;
    }
    const found = listOf(opened.configOptions).find(
      ({ category, id }) => category === "model" || id === "model",
    );
    const option = found === undefined ? null : found.id;
    if (option === null) ask("session/set_model", { sessionId: session, modelId: model }, prompt);
    else ask("session/set_config_option", { sessionId: session, configId: option, value: model }, prompt);
  };
  const prompt = (): void => {
    ask("session/prompt", { sessionId: session, prompt: [{ type: "text", text: task.prompt }] }, (said) => {
      result = said;
      end = endOf(textField(said.stopReason), task.settings.maxTurns);
    });
  };

  const answer = (id: number, message: Fields): CliPrompt => {
    const then = waiting.get(id);
    waiting.delete(id);
    if (message.error === undefined) then?.(fieldsOf(message.result));
    else end = failureOf(fieldsOf(message.error));
    return { progress: true };
  };
  /** What the agent wants of us: leave for a tool, and nothing else. */
  const serve = (id: unknown, method: string, params: Fields): CliPrompt => {
    if (method !== "session/request_permission") {
      write({ id, error: { code: -32601, message: `${method} is not offered` } });
      return { progress: false };
    }
    const options = listOf(params.options);
    const allowed =
      options.find(({ kind }) => kind === "allow_once") ??
      options.find(({ kind }) => kind === "allow_always");
    const outcome = allowed ? { outcome: "selected", optionId: allowed.optionId } : { outcome: "cancelled" };
    write({ id, result: { outcome } });
    return { progress: true };
  };
  const update = (params: Fields): CliPrompt => {
    const { text, told, usd } = readUpdate(fieldsOf(params.update));
    response = text === null ? response : text === "" ? "" : longer(response, text);
    cost = usd ?? cost;
    return told;
  };

  return {
    speak(stream) {
      input = stream;
      // It may end before it has read everything; how it ended tells why.
      stream.on("error", () => undefined);
      const clientCapabilities = { fs: { readTextFile: false, writeTextFile: false }, terminal: false };
      ask("initialize", { protocolVersion: VERSION, clientCapabilities }, begin);
    },
    take(message: CliEvent): CliPrompt {
      const { id, method } = message;
      if (typeof method === "string") {
        if (id !== undefined) return serve(id, method, fieldsOf(message.params));
        return method === "session/update" ? update(fieldsOf(message.params)) : { progress: false };
      }
      return typeof id === "number" ? answer(id, message) : { progress: false };
    },
    account: () => ({
      end,
      error: null,
      response,
      session,
      version,
      usage: result === null && cost === null ? [] : acpUsage(result ?? {}, task.settings.model, cost),
    }),
  };
}

function endOf(reason: string, maxTurns: number): "done" | CliFailure {
  switch (reason) {
    case "end_turn":
      return "done";
    case "max_turn_requests":
      return turnLimit(maxTurns);
    case "max_tokens":
      return { problem: "the agent's answer reached its longest", code: "max_tokens" };
    case "refusal":
      return { problem: "the agent refused to go on", code: "content_filter" };
    default:
      return { problem: `the agent stopped: ${reason || "it does not say why"}`, code: "provider_contract" };
  }
}

const AUTH_REQUIRED = -32000;

function failureOf({ code, message, data }: Fields): CliFailure {
  const details = data === undefined ? "" : ` (${JSON.stringify(data)})`;
  const problem = `the agent answered with an error: ${textField(message)}${details}`;
  return { problem, code: code === AUTH_REQUIRED ? "authentication" : "api" };
}
