/** Of each model that could be asked: whether there is such a model, what it takes, whether its cost can be known. */
import type { Config, Provider } from "../../config/schema.ts";
import type { Stage } from "../../graph/pipeline.ts";
import { findModel, nearestModel, providersOf } from "../catalog/find.ts";
import { modelsServedBy } from "../catalog/served.ts";
import { unsupported } from "../cli/parameters.ts";
import { authOf, cliOf } from "../cli-of.ts";
import { settingsOf, takesEffort } from "../settings.ts";
import type { Reached } from "./reachable.ts";
import type { PreflightCheck } from "./report.ts";

export function checkModel({ target, nodes }: Reached, config: Config): PreflightCheck[] {
  const { provider: name, model } = target;
  const provider = config.llm.providers[name]!;
  if (provider.backend === "command") return [];
  const check = { name: "provider_model_catalog", provider: name } as const;
  const models = modelsServedBy(name, provider);
  if (model === null) {
    if (provider.backend === "api")
      return [
        {
          ...check,
          status: "fail",
          message: `${whose(nodes)} no model and ${name} has no usual one: add llm_model to the node or to the stylesheet`,
        },
      ];
    return [{ ...check, status: "pass", message: `${name} chooses its model by itself` }];
  }
  if (models === null) {
    const message = `nobody here knows the models of ${name}: what ${model} costs is not known; write llm.providers.${name}.models to say it`;
    return [{ ...check, status: "warn", message }, ...costCheck(name, config)];
  }
  const found = findModel(name, model, models);
  if (found === null) return [{ ...check, status: "fail", message: noSuchModel(target, nodes, config) }];
  const old =
    found.model.retired === undefined ? "" : `, which its provider no longer lists (${found.model.retired})`;
  const known = `${name} has ${found.id}${old}`;
  if (found.model.input === undefined)
    return [
      { ...check, status: "warn", message: `${known}, and its price is not known` },
      ...costCheck(name, config),
    ];
  return [{ ...check, status: old === "" ? "pass" : "warn", message: known }];
}

/** A budget that stops at what cannot be measured stops after the first such call. */
function costCheck(provider: string, { budget }: Config): PreflightCheck[] {
  if (budget.usd === null || budget.on_unknown === "allow") return [];
  const message = `budget.usd is set, and calls of ${provider} cannot be priced: the run stops after the first; say its prices, or budget.on_unknown: allow`;
  return [{ name: "provider_cost", provider, status: "warn", message }];
}

function noSuchModel(
  { provider, model, source }: Reached["target"],
  nodes: readonly string[],
  config: Config,
): string {
  const nearest = nearestModel(model!, modelsServedBy(provider, config.llm.providers[provider]!)!);
  const others = providersOf(model!).filter((name) => name !== provider);
  const why = source === "force_model" ? "llm.force_models names" : whose(nodes);
  const meant =
    others.length > 0
      ? `${others.join(" and ")} has it`
      : nearest === null
        ? `see attractor models ${provider}`
        : `did you mean ${nearest}?`;
  return `${why} ${model}, which is no model of ${provider}: ${meant} (one of your own goes under llm.providers.${provider}.models)`;
}

const whose = (nodes: readonly string[]): string =>
  nodes.length === 1
    ? `node ${nodes[0]} names`
    : `nodes ${nodes.slice(0, 5).join(", ")}${nodes.length > 5 ? ", …" : ""} name`;

/** What the author asked of a model that it does not take: said, never silently left out (R-AGENT-21); hooks guard, so they fail it. */
export function checkSettings(stage: Stage, { target }: Reached, config: Config): PreflightCheck[] {
  const { effort, maxTokens, hooks } = settingsOf(stage);
  const { provider: name, model } = target;
  const provider = config.llm.providers[name]!;
  const warn = (message: string): PreflightCheck => ({
    name: "provider_model_settings",
    provider: name,
    status: "warn",
    message,
  });
  const checks: PreflightCheck[] = [];
  const { backend } = provider;
  if ((hooks.pre ?? hooks.post) !== null && (backend === "acp" || backend === "command"))
    checks.push({
      ...{ name: "provider_model_settings", provider: name, status: "fail" },
      message: `node ${stage.id} asks for tool_hooks, and a provider of backend ${backend} has none: take them out, or give the node a provider of backend api or cli`,
    });
  if (effort !== null && takesEffort(target, effort, config) === false) {
    const efforts =
      model === null ? undefined : findModel(name, model, modelsServedBy(name, provider))?.model.efforts;
    const takes = efforts === undefined ? "takes no level of effort" : `takes ${efforts.join(", ")}`;
    checks.push(
      warn(`node ${stage.id} asks for reasoning_effort=${effort}, and ${model} ${takes}: it is not sent`),
    );
  }
  const most =
    model === null ? undefined : findModel(name, model, modelsServedBy(name, provider))?.model.max_output;
  if (maxTokens !== null && most !== undefined && maxTokens > most)
    checks.push(
      warn(`node ${stage.id} asks for max_tokens=${maxTokens}, and ${model} writes ${most} at most`),
    );
  return [...checks, ...cliSettings(stage, name, provider).map((why) => warn(`node ${stage.id}: ${why}`))];
}

function cliSettings(stage: Stage, name: string, provider: Provider): readonly string[] {
  const cli = provider.backend === "cli" ? cliOf(name, provider) : null;
  if (provider.backend !== "cli" || cli === null) return [];
  const commandTimeouts =
    stage.attrs.has("default_command_timeout_ms") || stage.attrs.has("max_command_timeout_ms");
  return unsupported(cli, authOf(cli, provider) === "key", { ...settingsOf(stage), commandTimeouts });
}
