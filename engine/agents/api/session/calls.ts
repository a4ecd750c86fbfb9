/** The tool calls of one answer: every one gets exactly one result, whatever becomes of it (R-AGENT-3). */
import type { LanguageModelV4ToolResultPart } from "@ai-sdk/provider";
import { cutEnd } from "../../../stages/text.ts";
import { isTooDeep } from "../../depth.ts";
import type { ModelSettings } from "../../port.ts";
import type { ModelCall } from "../call/answer.ts";
import { problemOfInput } from "../tools/check-input.ts";
import { AGENT_TOOLS, type Tool } from "../tools/definitions.ts";
import type { Calling } from "./calling.ts";
import type { CallEnd } from "./guards.ts";
import { afterCall, beforeCall } from "./hooks.ts";

export interface Result {
  readonly part: LanguageModelV4ToolResultPart;
  readonly end: CallEnd;
}

interface Outcome {
  readonly shown: string;
  readonly output: string;
  /** Wrong in the model's eyes: marked so on the wire. */
  readonly error: boolean;
  readonly malformed?: boolean;
  readonly exitCode?: number | null;
}

/** Calls that change files wait for those before them and hold up those after them; all others run side by side. */
export async function runCalls(calls: readonly ModelCall[], calling: Calling): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < calls.length; ) {
    let end = at + 1;
    if (besides(calls[at]!, calling)) while (end < calls.length && besides(calls[end]!, calling)) end++;
    results.push(...(await Promise.all(calls.slice(at, end).map((call) => runCall(call, calling)))));
    at = end;
  }
  return results;
}

/** Hooks may do anything, so with them calls go one by one. */
const besides = ({ tool }: ModelCall, { settings: { hooks } }: Calling): boolean =>
  AGENT_TOOLS.get(tool)?.writes !== true && hooks.pre === null && hooks.post === null;

async function runCall(call: ModelCall, calling: Calling): Promise<Result> {
  const { id, tool, input } = call;
  const of = { call_id: id, tool };
  calling.log({ kind: "TOOL_CALL_START", ...of, input });
  const started = performance.now();
  const outcome = await perform(call, calling);
  const ms = Math.round(performance.now() - started);
  calling.log({
    kind: "TOOL_CALL_END",
    ...of,
    output: outcome.output,
    ms,
    ...(outcome.exitCode === undefined ? {} : { exit_code: outcome.exitCode }),
    ...(outcome.error ? { error: outcome.output } : {}),
  });
  const failed = outcome.error || (outcome.exitCode !== undefined && outcome.exitCode !== 0);
  const writes = AGENT_TOOLS.get(tool)?.writes === true;
  const value = outcome.error ? `error: ${outcome.shown}` : outcome.shown;
  return {
    part: {
      type: "tool-result",
      toolCallId: id,
      toolName: tool,
      output: { type: outcome.error ? "error-text" : "text", value },
    },
    end: { tool, input, failed, malformed: outcome.malformed === true, output: outcome.output, writes },
  };
}

async function perform(call: ModelCall, calling: Calling): Promise<Outcome> {
  const { tool: name, input } = call;
  const tool = calling.tools.includes(name) ? AGENT_TOOLS.get(name) : undefined;
  if (tool === undefined) return wrong(`there is no tool ${name}; the tools are ${calling.tools.join(", ")}`);
  const given = argumentsOf(tool, input, calling.mask);
  if (typeof given === "string") return { ...wrong(given), malformed: true };
  const refusal = await beforeCall(call, calling);
  if (refusal !== null) return wrong(refusal);
  const { ms, remark } = timeFor(tool, given, calling.settings);
  const done = await calling.host.run({ tool: name, input: given, timeoutMs: ms }, calling.signal);
  const command = done.exitCode !== undefined;
  const outcome: Outcome = {
    shown: remark === null ? done.shown : `${done.shown}\n${remark}`,
    output: done.output,
    error: !done.ok && !command,
    ...(command ? { exitCode: done.exitCode ?? null } : {}),
  };
  await afterCall(call, outcome.output, outcome.error, calling);
  return outcome;
}

const wrong = (message: string): Outcome => ({ shown: message, output: message, error: true });

const QUOTED_BYTES = 300;

/** The arguments, or what is wrong with them. */
function argumentsOf(tool: Tool, text: string, mask: Calling["mask"]): object | string {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return `invalid tool arguments JSON: ${(error as Error).message}. They were: ${cutEnd(mask(text), QUOTED_BYTES)}`;
  }
  if (isTooDeep(given)) return `invalid arguments of ${tool.name}: they are nested too deep`;
  const problem = problemOfInput(tool, given);
  return problem === null ? (given as object) : `invalid arguments of ${tool.name}: ${problem}`;
}

/** File tools are quick or stuck. */
const FILE_TOOL_MS = 60_000;

function timeFor(
  { name }: Tool,
  given: object,
  settings: ModelSettings,
): { ms: number; remark: string | null } {
  if (name !== "shell") return { ms: FILE_TOOL_MS, remark: null };
  const { timeout_ms: asked = settings.commandTimeoutMs } = given as { timeout_ms?: number };
  const most = settings.maxCommandTimeoutMs;
  if (asked <= most) return { ms: asked, remark: null };
  return { ms: most, remark: `[timeout_ms ${asked} is more than is allowed here: it was given ${most}]` };
}
