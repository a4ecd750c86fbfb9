/** The loop of one attempt: the model answers, its calls are done, the results go back, until it has nothing to call. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Usage } from "../../../core/outcome.ts";
import type { AgentEvent, ModelSettings, Steering } from "../../port.ts";
import { answerText, type ModelAnswer } from "../call/answer.ts";
import { type AskedModel, ask } from "../call/ask.ts";
import type { CallFailure } from "../call/failure.ts";
import { refusedCall } from "../call/failure.ts";
import type { StageBudget } from "../call/stage-budget.ts";
import type { ApiDeps, ApiProvider, ModelLimits } from "../provider.ts";
import type { Wire } from "../stream/wire.ts";
import { offered } from "../tools/definitions.ts";
import type { ToolHost } from "../tools/host.ts";
import { runCalls } from "./calls.ts";
import { formatOf, parameters } from "./fields.ts";
import { guards } from "./guards.ts";
import { assistantMessage, idsIn, promptOf, type Transcript, uniqueIds, userText } from "./transcript.ts";

export interface AgentLoop {
  readonly provider: ApiProvider;
  readonly modelName: string;
  readonly model: LanguageModelV4;
  readonly use: (wire: Wire) => void;
  readonly deps: ApiDeps;
  readonly budget: StageBudget;
  readonly limits: ModelLimits;
  readonly settings: ModelSettings;
  readonly tools: readonly string[];
  readonly host: ToolHost;
  readonly steering: Steering;
  /** Grows as the loop goes. */
  readonly transcript: Transcript;
  readonly cacheKey: string;
  readonly signal: AbortSignal;
  readonly mask: (text: string) => string;
  readonly log: (event: AgentEvent) => void;
  readonly warn: (code: string, message: string) => void;
  readonly activity: (bytes: number) => void;
}

export interface LoopEnd {
  /** What the model said last. */
  readonly response: string;
  readonly usage: readonly Usage[];
  /** How often the model answered. */
  readonly answers: number;
  /** null: the model was done. */
  readonly failure: CallFailure | null;
}

const LOOP_WARNING =
  "Your latest calls repeat one short pattern. If they do not bring you further, say what you know, choose another way, or end with the status file.";
const NEAR_FULL = 0.8;
/** Ends that the model did not choose; what it says of its own end stands. */
const CUT_SHORT = new Set([
  "turn_limit",
  "max_tokens",
  "context_length",
  "budget_exceeded",
  "repeated_tool_failure_loop",
]);

export async function runLoop(loop: AgentLoop): Promise<LoopEnd> {
  const { transcript, settings, log, signal, limits } = loop;
  const { messages } = transcript;
  const usage: Usage[] = [];
  const guard = guards(loop.mask);
  const used = idsIn(messages);
  let response = "";
  let toldFull = false;
  let answers = 0;
  const end = (failure: CallFailure | null): LoopEnd => {
    const loop = failure !== null && CUT_SHORT.has(failure.code) ? guard.atEnd() : null;
    return {
      response,
      usage,
      answers,
      failure: loop === null ? failure : refusedCall(loop.code, loop.message),
    };
  };

  for (let turns = 0; ; ) {
    if (isSpent(settings, turns)) {
      const message = `turn limit reached (max_turns=${settings.maxTurns})`;
      log({ kind: "TURN_LIMIT", error: message });
      return end(refusedCall("turn_limit", message));
    }
    const asked = await askModel(loop, turns + 1);
    turns++;
    usage.push(...asked.usage);
    if (asked.answer && answerText(asked.answer) !== "") response = answerText(asked.answer);
    if (!asked.ok) return end(asked.failure);
    answers++;
    loop.steering.answered(turns);
    const { answer, finish } = asked;
    uniqueIds(answer, used);
    messages.push(assistantMessage(answer));
    tell(loop, asked, turns);
    if (!toldFull) toldFull = nearFull(answer, limits, loop);

    if (finish === "length" && answer.calls.length === 0) {
      return end(
        refusedCall("max_tokens", `the answer was cut at its limit (max_tokens=${mostTokens(loop)})`),
      );
    }
    if (answer.calls.length === 0) {
      if (await steer(loop, turns)) continue;
      return end(null);
    }
    const results = await runCalls(answer.calls, loop);
    messages.push({ role: "tool", content: results.map(({ part }) => part) });
    if (signal.aborted) return end(refusedCall("aborted", "the session was stopped"));
    const broken = loop.host.broken();
    if (broken !== null) return end(refusedCall("configuration", broken));
    const stop = guard.round(results.map((result) => result.end));
    if (stop !== null) return end(refusedCall(stop.code, stop.message));
    if (guard.loops()) {
      log({ kind: "LOOP_DETECTION", message: LOOP_WARNING });
      messages.push(userText(LOOP_WARNING));
    }
    await steer(loop, turns);
  }
}

function askModel(loop: AgentLoop, turn: number): Promise<AskedModel> {
  const { provider, modelName, model, deps, settings, limits, transcript, signal, mask, use, activity } =
    loop;
  return ask({
    ...{ provider, modelName, model, deps, signal, mask, use },
    options: {
      prompt: promptOf(transcript, provider.protocol),
      tools: offered(loop.tools),
      ...parameters(provider.protocol, settings, limits, loop.cacheKey),
      ...formatOf(provider.protocol, settings),
    },
    pay: loop.budget.pay,
    onBytes: activity,
    onRetry({ code, message }, waitMs, retry) {
      loop.log({
        kind: "WARNING",
        code: "llm_retry",
        error: message,
        error_code: code,
        wait_ms: Math.round(waitMs),
        retry,
        turn,
      });
    },
    onRepair: (what) => loop.warn("stream_repaired", `a stream of ${provider.name} was put right: ${what}`),
  });
}

function tell(
  { log }: Pick<AgentLoop, "log">,
  { answer, finish, usage }: AskedModel & { ok: true },
  turn: number,
): void {
  const last = usage.at(-1);
  log({
    kind: "ASSISTANT",
    turn,
    text: answerText(answer),
    finish_reason: finish,
    calls: answer.calls.length,
    ...(last === undefined ? {} : { usage: { ...last } as Record<string, string | number | null> }),
    ...(answer.warnings.length === 0 ? {} : { warnings: answer.warnings }),
  });
}

const isSpent = ({ maxTurns }: AgentLoop["settings"], turns: number): boolean =>
  maxTurns > 0 && turns >= maxTurns;

/** What a person said meanwhile; true when something was. Who has no turn left is told nothing: it waits for the next attempt. */
async function steer(
  { steering, transcript, log, settings }: Pick<AgentLoop, "steering" | "transcript" | "log" | "settings">,
  turns: number,
): Promise<boolean> {
  if (isSpent(settings, turns)) return false;
  const said = await steering.take();
  for (const text of said) {
    log({ kind: "STEERING_INJECTED", text });
    transcript.messages.push(userText(text));
  }
  return said.length > 0;
}

/** Nothing is left out or summed up: at the window's end the provider refuses, and the stage ends budget_exhausted. */
function nearFull(
  { usage }: ModelAnswer,
  { contextTokens }: ModelLimits,
  { log }: Pick<AgentLoop, "log">,
): boolean {
  const held = (usage?.inputTokens.total ?? 0) + (usage?.outputTokens.total ?? 0);
  if (contextTokens === null || held < contextTokens * NEAR_FULL) return false;
  log({
    kind: "WARNING",
    code: "context_nearly_full",
    message: `${held} of ${contextTokens} tokens are in use`,
  });
  return true;
}

const mostTokens = ({
  provider,
  settings,
  limits,
}: Pick<AgentLoop, "provider" | "settings" | "limits">): number | undefined =>
  parameters(provider.protocol, settings, limits, "").maxOutputTokens;
