/** One model call to its end: asked again only while nothing of an answer has come, its tokens kept whatever the end. */
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { type Clock, machineClock } from "../../../clock.ts";
import type { Usage } from "../../../core/outcome.ts";
import type { ApiDeps, ApiProvider } from "../provider.ts";
import { newWire, type Wire } from "../stream/wire.ts";
import { gather, type ModelAnswer, newAnswer } from "./answer.ts";
import { failureOf } from "./errors.ts";
import { broken, type CallFailure, refusedCall } from "./failure.ts";
import { type Finish, judgeAnswer } from "./judge.ts";
import { pricedUsage, type Usages } from "./priced.ts";

export interface Ask {
  readonly provider: ApiProvider;
  readonly modelName: string;
  readonly model: LanguageModelV4;
  readonly options: LanguageModelV4CallOptions;
  readonly deps: ApiDeps;
  readonly signal: AbortSignal;
  readonly mask: (text: string) => string;
  /** The wire that the model's `fetch` writes to from now on. */
  readonly use: (wire: Wire) => void;
  /** Told what each try has cost, before the next is made. */
  readonly pay?: (usage: readonly Usage[]) => void;
  readonly onBytes: (bytes: number) => void;
  readonly onRetry: (failure: CallFailure, waitMs: number, retry: number) => void;
  readonly onRepair: (what: string) => void;
}

export type AskedModel = { readonly usage: Usages } & (
  | { readonly ok: true; readonly answer: ModelAnswer; readonly finish: Finish }
  | { readonly ok: false; readonly failure: CallFailure; readonly answer: ModelAnswer | null }
);

const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 120_000;
const SPREAD = 0.5;
const IDLE_MS = 600_000;

export async function ask(asking: Ask): Promise<AskedModel> {
  const { provider, deps, signal } = asking;
  const clock: Clock = deps.clock ?? machineClock;
  const usage: Usage[] = [];
  for (let retry = 0; ; retry++) {
    const tried = await once(asking, clock);
    usage.push(...tried.usage);
    asking.pay?.(tried.usage);
    if (tried.ok || signal.aborted) return { ...tried, usage };
    const { failure, answer } = tried;
    const again = failure.retryable && !answer?.begun && retry < provider.maxRetries;
    const waitMs = failure.retryAfterMs ?? delayOf(retry, deps.random ?? Math.random);
    if (!again || waitMs > LONGEST_DELAY_MS) return { ...tried, usage };
    asking.onRetry(failure, waitMs, retry + 1);
    await clock.sleep(waitMs, signal);
    if (signal.aborted) return { ...tried, usage };
  }
}

function delayOf(retry: number, random: () => number): number {
  const spread = 1 - SPREAD + 2 * SPREAD * random();
  return Math.min(FIRST_DELAY_MS * 2 ** retry * spread, LONGEST_DELAY_MS);
}

async function once(asking: Ask, clock: Clock): Promise<AskedModel> {
  const wire = newWire(asking.onBytes);
  asking.use(wire);
  const answer = newAnswer();
  const silence = watchSilence(wire, asking.deps.idleMs ?? IDLE_MS);
  const abortSignal = AbortSignal.any([asking.signal, silence.signal]);
  const failed = (failure: CallFailure): AskedModel => ({
    ok: false,
    failure,
    answer,
    usage: pricedUsage(asking, answer, wire, failure),
  });
  try {
    const { stream } = await asking.model.doStream({ ...asking.options, abortSignal });
    await gather(stream, answer);
    if (answer.errors.length > 0) return failed(failureOf(answer.errors[0], clock.now(), asking.mask));
    const verdict = judgeAnswer(answer, wire);
    if ("failure" in verdict) return failed(verdict.failure);
    return { ok: true, answer, finish: verdict.finish, usage: pricedUsage(asking, answer, wire) };
  } catch (error) {
    if (wire.unpaid !== null)
      return { ok: false, failure: refusedCall("budget_exceeded", wire.unpaid), answer, usage: [] };
    if (silence.signal.aborted) return failed(broken(String(silence.signal.reason), "idle_timeout"));
    if (asking.signal.aborted)
      return failed({ ...broken("the call was stopped", "aborted"), retryable: false });
    return failed(failureOf(error, clock.now(), asking.mask));
  } finally {
    silence.end();
    for (const what of wire.repairs) asking.onRepair(what);
  }
}

/** Looks now and then instead of setting a timer at every chunk. */
function watchSilence(wire: Wire, idleMs: number): { signal: AbortSignal; end: () => void } {
  const stop = new AbortController();
  const look = (): NodeJS.Timeout =>
    setTimeout(
      () => {
        const silent = performance.now() - wire.progressAt;
        if (silent < idleMs) timer = look();
        else stop.abort(`nothing came for ${Math.round(silent)} ms`);
      },
      Math.max(1, idleMs - (performance.now() - wire.progressAt)),
    );
  let timer = look();
  return { signal: stop.signal, end: () => clearTimeout(timer) };
}
