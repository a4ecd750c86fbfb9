/** From a graph and its configuration to what a run of it would do, here and on GitHub. Pure. */

import { authOf, cliOf } from "../agents/cli-of.ts";
import { reachable } from "../agents/preflight/reachable.ts";
import type { PreflightReport } from "../agents/preflight/report.ts";
import { endpointOf } from "../config/known-providers.ts";
import type { Config } from "../config/schema.ts";
import { asksModel } from "../graph/asks-model.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { NOTHING, sum, THUMB } from "./attempt-cost.ts";
import { plannedOnGitHub } from "./github.ts";
import { itemLists } from "./items.ts";
import { attemptsIn, visitsIn, walkOf } from "./likely-path.ts";
import { messagesOf, type Plan, type PlannedStage } from "./model.ts";
import { saidOfApart } from "./read-only-stages.ts";
import { few, plannedStages } from "./stages.ts";
import { boundsOf } from "./visits.ts";

export interface PlanOptions {
  readonly pipeline: Pipeline;
  readonly config: Config;
  readonly inputs: Readonly<Record<string, string>>;
  /** How many items the list under a context key has, where somebody says it. */
  readonly items: Readonly<Record<string, number>>;
  readonly preflight: PreflightReport;
}

export function planOf({ pipeline, config, inputs, items, preflight }: PlanOptions): Plan {
  const open = new Set<string>();
  const lists = itemLists(pipeline, inputs, items, (why) => open.add(why));
  const walk = walkOf(pipeline, { inputs, items: lists.likely });
  const bounds = boundsOf(pipeline, lists.widthOf);
  const counted = { visits: visitsIn(walk.events), attempts: attemptsIn(walk.events) };
  const stages = plannedStages(pipeline, config, bounds, counted, (why) => open.add(why));
  for (const why of unbounded(pipeline, stages)) open.add(why);
  const on = { pipeline, config, stages, events: walk.events, widthOf: lists.widthOf };
  return {
    schema_version: 1,
    graph: pipeline.name,
    goal: pipeline.goal,
    stages,
    total: total(stages, config),
    walked: walk.ended,
    questions: stages.flatMap(({ id, kind }) => (kind === "wait.human" ? [questionOf(pipeline, id)] : [])),
    github: { workflow: plannedOnGitHub(on, "workflow"), app: plannedOnGitHub(on, "app") },
    read_only: saidOfApart(pipeline, config),
    secrets: secretsOf(pipeline, config, inputs),
    lost_runner: lostRunner(stages),
    confinement: preflight.checks.flatMap(({ name, message }) => (name === "sandbox" ? [message] : [])),
    open: [...open],
    preflight: { fail: messagesOf(preflight.checks, "fail"), warn: messagesOf(preflight.checks, "warn") },
  };
}

const THUMB_RULE = `the way on which every stage succeeds, at ${THUMB.calls} calls an attempt, each adding ${THUMB.addedTokens} tokens to what was sent before`;

function total(stages: readonly PlannedStage[], { budget }: Config): Plan["total"] {
  const most = stages.map((stage) => stage.most).reduce(sum, NOTHING);
  const likely = stages.map((stage) => stage.likely).reduce(sum, NOTHING);
  const { usd } = budget;
  // Calls that nobody can price are not held by a bound of money, but for stopping after the first.
  const held =
    usd !== null && stages.every(({ priced }) => priced) && usd < (most.usd ?? Number.POSITIVE_INFINITY);
  const structure =
    "visits, attempts and turns that the graph allows, each call as large as its model's context";
  return {
    likely,
    most: held ? { ...most, usd } : most,
    rests_on: held
      ? `money on budget.usd, since a call that could cost more than is left is refused; calls and tokens on ${structure}`
      : structure,
    likely_rests_on: THUMB_RULE,
  };
}

function* unbounded(pipeline: Pipeline, stages: readonly PlannedStage[]): Iterable<string> {
  const loops = stages.filter(({ visits }) => visits.by === "max_node_visits").map(({ id }) => id);
  if (loops.length > 0 && !pipeline.attrs.has("max_node_visits"))
    yield `only the default of ${pipeline.limits.maxNodeVisits} visits ends the loop through ${few(loops)}: set max_node_visits`;
  const endless = stages.filter(({ visits }) => visits.most === null).map(({ id }) => id);
  if (endless.length > 0) yield `nothing bounds how often ${few(endless)} may run`;
  const timeless = stages.filter(
    ({ kind, timeout_minutes }) => timeout_minutes === null && (kind === "agent" || kind === "tool"),
  );
  if (timeless.length > 0) yield `no time limit but the job's own: ${few(timeless.map(({ id }) => id))}`;
  const managers = stages.filter(({ kind }) => kind === "stack.manager_loop").map(({ id }) => id);
  if (managers.length > 0)
    yield `the runs that ${few(managers)} begin are not counted here: plan their graphs on their own`;
}

function questionOf(pipeline: Pipeline, id: string): Plan["questions"][number] {
  const { humanTimeoutMs, humanDefaultChoice } = pipeline.stages.get(id)!;
  return { node: id, waits_minutes: humanTimeoutMs / 60_000, default: humanDefaultChoice };
}

function secretsOf(
  pipeline: Pipeline,
  config: Config,
  inputs: Readonly<Record<string, string>>,
): Plan["secrets"] {
  const stages = [...pipeline.stages.values()].filter(asksModel);
  const names = new Set(reachable(stages, pipeline, config).reached.map(({ target }) => target.provider));
  const keys = [...names].flatMap((name) => {
    const provider = config.llm.providers[name]!;
    if (provider.backend === "command") return [];
    const cli = provider.backend === "cli" ? cliOf(name, provider) : null;
    const auth =
      provider.backend === "cli" && cli !== null
        ? authOf(cli, provider)
        : provider.backend === "acp"
          ? provider.auth
          : "key";
    if (auth === "login") return [];
    if (auth === "github_token") return [{ name: "GITHUB_TOKEN", for: `calls of ${name}` }];
    const read = endpointOf(name, provider.api);
    return read.ok ? [{ name: read.endpoint.keyEnv, for: `calls of ${name}` }] : [];
  });
  const given = pipeline.inputSpecs.flatMap(({ key, type, default: usual }) =>
    type === "secret" ? [{ name: inputs[key] ?? usual ?? "(as given)", for: `the input ${key}` }] : [],
  );
  return [...keys, ...given];
}

/** What costs money is pushed before and after; what else was done since the last push is done again. */
function lostRunner(stages: readonly PlannedStage[]): string[] {
  const worst = stages
    .filter(({ kind }) => kind === "agent")
    .map(({ id, most, attempts, timeout_minutes }) => ({
      id,
      usd: most.usd === null || !attempts.most ? null : most.usd / attempts.most,
      minutes: timeout_minutes,
    }));
  const tools = stages.some(({ kind }) => kind === "tool")
    ? ["tool stages that ended since the last push, at most some minutes before, run again"]
    : [];
  if (worst.length === 0) return tools;
  const [dearest] = worst.toSorted((a, b) => (b.usd ?? Infinity) - (a.usd ?? Infinity));
  const upTo =
    dearest!.usd === null ? "of a cost that nobody bounds" : `of at most $${dearest!.usd.toFixed(2)}`;
  return [`the attempt that was running, ${upTo} (${dearest!.id}); branches lose each their own`, ...tools];
}
