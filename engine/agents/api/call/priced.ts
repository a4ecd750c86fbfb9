/** What one try of a call cost, as the run's log keeps it. */
import type { Usage } from "../../../core/outcome.ts";
import type { ApiDeps, ApiProvider } from "../provider.ts";
import type { Wire } from "../stream/wire.ts";
import type { ModelAnswer } from "./answer.ts";
import type { CallFailure } from "./failure.ts";
import { answerTokens, tokensSoFar } from "./usage.ts";

export type Usages = readonly Usage[];

interface Of {
  readonly provider: ApiProvider;
  readonly modelName: string;
  readonly deps: ApiDeps;
}

/**
 * A try that was refused cost nothing. One that may have been worked on and told of no tokens cost what nobody knows;
 * one that was cut off is priced by what the provider had told by then.
 */
export function pricedUsage(
  { provider, modelName, deps }: Of,
  answer: ModelAnswer,
  wire: Wire,
  failure: CallFailure | null = null,
): Usages {
  const tokens =
    (answer.usage === null ? null : answerTokens(answer.usage)) ?? tokensSoFar(provider.protocol, wire);
  const of = { provider: provider.name, model: modelName };
  if (tokens === null) return wire.bytes === 0 && neverAccepted(failure) ? [] : [{ ...of, cost_usd: null }];
  const usage: Usage = { ...of, ...tokens, cost_usd: null };
  return [{ ...usage, cost_usd: deps.price(provider.name, modelName, usage) }];
}

const UNREACHED = new Set(["econnrefused", "enetunreach", "ehostunreach", "eai_again", "dns", "network"]);

const neverAccepted = (failure: CallFailure | null): boolean =>
  failure !== null && (failure.status !== null || UNREACHED.has(failure.code));
