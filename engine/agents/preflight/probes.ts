/** Asks every model that a run could come to, when that is wanted: the only part of preflight that costs money (R-PRE-1). */
import { endpointOf } from "../../config/known-providers.ts";
import type { Config, Provider } from "../../config/schema.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import { redactor } from "../../redact/redact.ts";
import { type ParentEnv, secretValues } from "../../stages/inherit-env.ts";
import type { CallFailure } from "../api/call/failure.ts";
import { probeModel, type Transport } from "../api/probe.ts";
import type { ApiProvider } from "../api/provider.ts";
import { findModel } from "../catalog/find.ts";
import { priceOf } from "../catalog/price.ts";
import { modelsServedBy } from "../catalog/served.ts";
import { authOf, cliOf } from "../cli-of.ts";
import { settingsFor } from "../settings.ts";
import { type ProbeBudget, probeBudget } from "./probe-budget.ts";
import type { Reached } from "./reachable.ts";
import type { PreflightCheck } from "./report.ts";

interface Asked {
  readonly provider: ApiProvider;
  readonly model: string;
  readonly effort: string | null;
  readonly needed: boolean;
}

interface Asking {
  readonly stages: Pipeline["stages"];
  readonly config: Config;
  readonly spending: ProbeBudget;
  readonly mask: (text: string) => string;
}

/** Providers side by side, the models of one of them one after the other. */
export async function probeModels(
  reached: readonly Reached[],
  { stages }: Pipeline,
  config: Config,
  env: ParentEnv,
): Promise<PreflightCheck[]> {
  const { max_usd } = config.preflight.prompt_probes;
  const spending = probeBudget(max_usd, config.budget.on_unknown);
  const asking = { stages, config, spending, mask: redactor(secretValues(env)) };
  const lanes = Map.groupBy(reached, ({ target }) => target.provider).values();
  const checks = await Promise.all(
    [...lanes].map(async (lane) => {
      const found: PreflightCheck[] = [];
      for (const one of lane) found.push(...(await probeOne(one, asking, env)));
      return found;
    }),
  );
  const { calls, tokens, usd, incomplete } = spending.bill();
  if (calls === 0) return checks.flat();
  const cost = incomplete ? `${usd} USD and what nobody can tell` : `${usd} USD`;
  const message = `${calls} probes of models took ${tokens} tokens and cost ${cost}, of at most ${max_usd} USD (preflight.prompt_probes.max_usd); the run's own totals do not hold it`;
  return [...checks.flat(), check("pass", "", message)];
}

const check = (status: PreflightCheck["status"], provider: string, message: string): PreflightCheck => ({
  ...{ name: "provider_prompt_probe", provider, status, message },
});

async function probeOne(
  { target, nodes, needed }: Reached,
  asking: Asking,
  env: ParentEnv,
): Promise<PreflightCheck[]> {
  const { config, stages } = asking;
  const { provider: name, model } = target;
  const declared = config.llm.providers[name]!;
  const asked = askedOf(name, declared, model, env);
  if (typeof asked === "string") return [check("warn", name, `${name} is not probed: ${asked}`)];
  const found: PreflightCheck[] = [];
  const efforts = new Set(
    declared.backend === "api"
      ? nodes.map((node) => settingsFor(stages.get(node)!, target, config).effort)
      : // What a CLI makes of it only the CLI knows.
        [null],
  );
  for (const effort of efforts) {
    for (const transport of config.preflight.prompt_probes.transports) {
      const { told, code } = await probeBy(transport, { ...asked, effort, needed }, declared, asking);
      found.push(told);
      // The same would be said again, but of a request that is refused for what it asks.
      if (code === "invalid_request") break;
      if (code !== null) return found;
    }
  }
  return found;
}

/** A text where there is nothing to ask by. */
function askedOf(
  name: string,
  declared: Provider,
  model: string | null,
  env: ParentEnv,
): Omit<Asked, "effort" | "needed"> | string {
  if (declared.backend === "command") return "nobody knows what its command asks";
  if (model === null) return "its model is chosen by itself";
  if (!ownKey(name, declared)) return "it uses an account of its own, which only it can ask";
  const read = endpointOf(name, declared.api);
  const key = read.ok ? env[read.endpoint.keyEnv] : undefined;
  if (!read.ok || !key) return "it has no address and key";
  const { protocol, baseUrl, headers } = read.endpoint;
  // A CLI takes names for a model that only it knows.
  const found = findModel(name, model, modelsServedBy(name, declared));
  return {
    provider: { name, protocol, baseUrl, headers, apiKey: key, maxRetries: 0, path: declared.api?.path },
    model: declared.backend === "api" ? model : (found?.id ?? model),
  };
}

function ownKey(name: string, declared: Exclude<Provider, { backend: "command" }>): boolean {
  if (declared.backend === "api") return true;
  if (declared.backend === "acp") return declared.auth === "key";
  const cli = cliOf(name, declared);
  return cli !== null && authOf(cli, declared) === "key";
}

async function probeBy(
  transport: Transport,
  { provider, model, effort, needed }: Asked,
  declared: Provider,
  { config, spending, mask }: Asking,
): Promise<{ readonly told: PreflightCheck; readonly code: CallFailure["code"] | null }> {
  const { name } = provider;
  const models = modelsServedBy(name, declared);
  const till = spending.till(name, model, (_, of, tokens) => priceOf(name, of, tokens, models));
  const { failure, usage } = await probeModel({
    ...{ provider, model, effort, transport, mask, refuses: till.refuses },
    timeoutMs: config.preflight.prompt_probes.timeout_ms,
    price: (_, of, tokens) => priceOf(name, of, tokens, models),
  });
  till.settle(usage);
  const ways = [transport, ...(effort === null ? [] : [`reasoning_effort=${effort}`])].join(", ");
  const how = `${model} of ${name} with our tools (${ways})`;
  if (failure === null) return { told: check("pass", name, `${how}: it answers`), code: null };
  const message = `${how}: ${failure.message}${advice(failure, effort)}`;
  const fatal = needed && transport === "stream" && isWrong(failure);
  return { told: check(fatal ? "fail" : "warn", name, message), code: failure.code };
}

/** That nothing answers now says nothing of the time when a run asks. */
const isWrong = ({ code, retryable }: CallFailure): boolean => !retryable && code !== "budget_exceeded";

const ADVICE: Readonly<Record<string, string>> = {
  authentication: "check the key",
  permission_denied: "the key may not use this model: give it the right, or name another model",
  model_not_found: "name a model that this key can use",
  not_found: "check base_url, path and the model's name",
  quota: "the account has to be paid, or its limit raised",
  invalid_request: "the provider does not take our requests: check protocol and base_url",
  budget_exceeded: "it was not asked (preflight.prompt_probes.max_usd)",
};

const REFUSED_EFFORT =
  "the provider does not take our requests: check protocol and base_url, and name another reasoning_effort or none";

const advice = ({ code, retryable }: CallFailure, effort: string | null): string => {
  if (code === "invalid_request" && effort !== null) return `; ${REFUSED_EFFORT}`;
  const known = ADVICE[code];
  if (known !== undefined) return `; ${known}`;
  return retryable ? "; it may be well when the run comes to it" : "";
};
