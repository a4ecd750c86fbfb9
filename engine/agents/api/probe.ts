/** One small question to a model, with the tools that an agent is offered: whether it can be asked at all. */
import { machineClock } from "../../clock.ts";
import type { Usage } from "../../core/outcome.ts";
import { newAnswer } from "./call/answer.ts";
import { ask } from "./call/ask.ts";
import { failureOf } from "./call/errors.ts";
import { broken, type CallFailure, refusedCall } from "./call/failure.ts";
import { pricedUsage } from "./call/priced.ts";
import { openModel } from "./models/open.ts";
import { FAMILY_TOOLS, familyOf } from "./profiles/family.ts";
import { type ApiDeps, type ApiProvider, NO_LIMITS } from "./provider.ts";
import { parameters } from "./session/fields.ts";
import { addressedFetch, modelFetch } from "./stream/fetch.ts";
import { newWire } from "./stream/wire.ts";
import { offered } from "./tools/definitions.ts";

/** The least that every protocol takes. */
const OUTPUT_TOKENS = 16;
const QUESTION = "This only checks that you can be asked. Call no tool. Answer with the word ready.";

export type Transport = "stream" | "complete";

export interface Probe {
  readonly provider: ApiProvider;
  readonly model: string;
  /** As the stage would send it: a model may refuse one. */
  readonly effort: string | null;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly price: ApiDeps["price"];
  readonly mask: (text: string) => string;
  /** Why a body may not be sent. */
  readonly refuses: (body: string) => string | null;
}

export interface Probed {
  /** null: it answered. */
  readonly failure: CallFailure | null;
  readonly usage: readonly Usage[];
}

export async function probeModel(probe: Probe): Promise<Probed> {
  const { provider, model: modelName, effort, transport, timeoutMs, price, mask, refuses } = probe;
  let wire = newWire();
  const fetcher = transport === "stream" ? modelFetch : addressedFetch;
  let ids = 0;
  const model = await openModel({
    ...{ provider, model: modelName, newId: () => `probe_${++ids}` },
    fetch: fetcher(provider, modelName, () => wire, refuses),
  });
  const signal = AbortSignal.timeout(timeoutMs);
  const settings = { effort, maxTokens: OUTPUT_TOKENS };
  const options = {
    prompt: [{ role: "user" as const, content: [{ type: "text" as const, text: QUESTION }] }],
    tools: offered(FAMILY_TOOLS[familyOf(provider, modelName)]),
    ...parameters(provider.protocol, settings, NO_LIMITS, "preflight"),
  };
  const of = { provider, modelName, deps: { price } };
  const late = broken(`nothing was answered within ${timeoutMs} ms`, "request_timeout");
  if (transport === "stream") {
    const asked = await ask({
      ...{ ...of, model, options, signal, mask },
      use(next) {
        wire = next;
      },
      onBytes: () => undefined,
      onRetry: () => undefined,
      onRepair: () => undefined,
    });
    const failure = asked.ok ? null : asked.failure;
    return { failure: failure !== null && signal.aborted ? late : failure, usage: asked.usage };
  }
  const answer = newAnswer();
  try {
    const { usage, finishReason } = await model.doGenerate({ ...options, abortSignal: signal });
    answer.usage = usage;
    const { unified, raw } = finishReason;
    const failure = ENDS.has(unified) ? null : broken(`the answer ended with ${raw ?? unified}`);
    return { failure, usage: pricedUsage(of, answer, wire, failure) };
  } catch (error) {
    if (wire.unpaid !== null) return { failure: refusedCall("budget_exceeded", wire.unpaid), usage: [] };
    const failure = signal.aborted ? late : failureOf(error, machineClock.now(), mask);
    return { failure, usage: pricedUsage(of, answer, wire, failure) };
  }
}

/** `other`: some servers have a word of their own for a plain end. */
const ENDS = new Set(["stop", "length", "tool-calls", "other"]);
