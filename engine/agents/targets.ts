/** Who is asked for a stage, and who after that: the same answer for preflight and for the run. Pure. */
import { KNOWN_PROVIDERS } from "../config/known-providers.ts";
import type { Config, Provider } from "../config/schema.ts";
import type { Pipeline, Stage } from "../graph/pipeline.ts";
import { findModel } from "./catalog/find.ts";
import { defaultModel, modelsServedBy } from "./catalog/served.ts";

export type Source = "graph_attrs" | "catalog" | "only_provider" | "force_model" | "escalation" | "failover";

export interface Target {
  readonly provider: string;
  /** null: the provider's own default. */
  readonly model: string | null;
  /** Why this one. */
  readonly source: Source;
}

/** One to begin with, and others in its place. */
export type InOrder<T> =
  | {
      readonly ok: true;
      readonly first: T;
      /** In order, for failures of the surroundings alone. */
      readonly failover: readonly T[];
      /** The configuration says that this provider hands over to nobody. */
      readonly pinned: boolean;
    }
  | { readonly ok: false; readonly problem: string };

/** `escalated`: how many models of the stage's escalation list are used up, with the stage's own. */
export function targetsOf(stage: Stage, pipeline: Pipeline, config: Config, escalated = 0): InOrder<Target> {
  const first = escalated === 0 ? ownTarget(stage, config) : escalatedTarget(stage, config, escalated);
  if (typeof first === "string") return { ok: false, problem: first };
  const declared = config.llm.providers[first.provider]!;
  const chain = failoverOf(first.provider, declared, config);
  const failover = chain.map(
    (provider): Target => ({
      provider,
      model: failoverModel(provider, pipeline, config),
      source: "failover",
    }),
  );
  return { ok: true, first, failover, pinned: declared.failover?.length === 0 };
}

function ownTarget(stage: Stage, config: Config): Target | string {
  const { llmProvider: asked, llmModel: model } = stage;
  const declared = Object.keys(config.llm.providers);
  if (asked !== null && !declared.includes(asked)) return undeclared(stage.id, asked, declared);
  const found = asked !== null ? { name: asked, source: "graph_attrs" as const } : unnamed(stage, config);
  if (typeof found === "string") return found;
  const forced = forcedModel(found.name, config);
  if (forced !== null) return { provider: found.name, model: forced, source: "force_model" };
  const chosen = model ?? defaultModel(found.name, config.llm.providers[found.name]!);
  return { provider: found.name, model: spelled(found.name, chosen, config), source: found.source };
}

/** A node that names no provider: the only one there is, else the only one that has its model. */
function unnamed(stage: Stage, config: Config): { name: string; source: Source } | string {
  const declared = Object.keys(config.llm.providers);
  if (declared.length === 1) return { name: declared[0]!, source: "only_provider" };
  const { llmModel } = stage;
  const serving = llmModel === null ? [] : declared.filter((name) => serves(name, llmModel, config));
  if (serving.length === 1) return { name: serving[0]!, source: "catalog" };
  return `node ${stage.id} names no provider${fixUnnamed(stage.id, serving.length > 1 ? serving : declared)}`;
}

const serves = (name: string, model: string, config: Config): boolean =>
  findModel(name, model, modelsServedBy(name, config.llm.providers[name]!)) !== null;

function escalatedTarget(stage: Stage, config: Config, escalated: number): Target | string {
  const { escalationModels } = stage;
  const next = escalationModels[Math.min(escalated, escalationModels.length) - 1];
  if (next === undefined) return ownTarget(stage, config);
  const declared = Object.keys(config.llm.providers);
  if (!declared.includes(next.provider))
    return `escalation_models of ${undeclared(stage.id, next.provider, declared)}`;
  const forced = forcedModel(next.provider, config);
  return {
    provider: next.provider,
    model: forced ?? spelled(next.provider, next.model, config),
    source: "escalation",
  };
}

/** Only ever to declared providers; omitted, an empty list and a list are three things (R-AGENT-6). */
function failoverOf(name: string, provider: Provider, config: Config): string[] {
  const declared = Object.keys(config.llm.providers);
  const order = provider.failover ?? Object.keys(KNOWN_PROVIDERS);
  return [...new Set(order)].filter((other) => other !== name && declared.includes(other));
}

/** What is forced, else what the graph itself asks of that provider, else the provider's usual one. */
function failoverModel(name: string, pipeline: Pipeline, config: Config): string | null {
  const forced = forcedModel(name, config);
  if (forced !== null) return forced;
  const asked = [...pipeline.stages.values()].find(
    (stage) => stage.llmProvider === name && stage.llmModel !== null,
  );
  return spelled(name, asked?.llmModel ?? defaultModel(name, config.llm.providers[name]!), config);
}

const forcedModel = (name: string, { llm }: Config): string | null =>
  Object.hasOwn(llm.force_models, name) ? spelled(name, llm.force_models[name]!, { llm } as Config) : null;

/** As the provider spells it; a CLI knows its own short names, and means the newest by them. */
function spelled(name: string, model: string | null, config: Config): string | null {
  const provider = config.llm.providers[name]!;
  if (model === null || provider.backend === "command") return model;
  const bare = model.startsWith(`${name}/`) ? model.slice(name.length + 1) : model;
  if (provider.backend !== "api" && /^[a-z]+$/.test(bare)) return bare;
  return findModel(name, model, modelsServedBy(name, provider))?.id ?? model;
}

function fixUnnamed(node: string, among: readonly string[]): string {
  return among.length === 0
    ? " and the config declares none under llm.providers; add one, or run with --simulate"
    : ` and the config declares several; add llm_provider=${among[0]} (or another of ${among.join(", ")}) to node ${node} or to the stylesheet`;
}

const undeclared = (node: string, name: string, declared: readonly string[]): string =>
  `node ${node} asks for provider ${name}, which the config does not declare: add llm.providers.${name}` +
  (declared.length === 0 ? ", or run with --simulate" : ` (declared: ${declared.join(", ")})`);
