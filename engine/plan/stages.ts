/** The stages of a plan: how often, by whom, at what cost. Pure. */

import { promptSize } from "../agents/prompt-size.ts";
import type { Config } from "../config/schema.ts";
import { asksModel } from "../graph/asks-model.ts";
import type { Pipeline, Stage } from "../graph/pipeline.ts";
import { type AttemptCost, attemptCost, NOTHING, times } from "./attempt-cost.ts";
import type { PlannedStage } from "./model.ts";
import type { Bounds } from "./visits.ts";

const DECIDED: ReadonlySet<string> = new Set(["start", "exit", "conditional"]);
export interface Counted {
  readonly visits: ReadonlyMap<string, number>;
  readonly attempts: ReadonlyMap<string, number>;
}

/** In declaration order, without those that no run comes to. `say` is told why an amount is not known. */
export function plannedStages(
  pipeline: Pipeline,
  config: Config,
  bounds: Bounds,
  walked: Counted,
  say: (why: string) => void,
): PlannedStage[] {
  const endless: string[] = [];
  const stages = [...pipeline.stages.values()].flatMap((stage) => {
    const bound = bounds.get(stage.id);
    if (bound === undefined || (stage.customType === null && DECIDED.has(stage.handler))) return [];
    const cost = asksModel(stage) ? attemptCost(stage, pipeline, config) : null;
    for (const why of cost?.open ?? []) say(why);
    if (cost?.bounded === false) endless.push(stage.id);
    return [plannedStage(stage, pipeline, config, bound, walked, cost)];
  });
  if (endless.length > 0)
    say(`nothing bounds the model calls of an attempt of ${few(endless)}: set max_agent_turns`);
  return stages;
}

export const few = (ids: readonly string[]): string =>
  `${ids.slice(0, 5).join(", ")}${ids.length > 5 ? ` and ${ids.length - 5} more` : ""}`;

function plannedStage(
  stage: Stage,
  pipeline: Pipeline,
  { runtime_policy }: Config,
  { visits, by }: { readonly visits: number; readonly by: PlannedStage["visits"]["by"] },
  walked: Counted,
  cost: AttemptCost | null,
): PlannedStage {
  const runsOnce = stage.handler === "wait.human" || stage.handler === "parallel";
  const attempts = runsOnce ? visits : visits * (1 + stage.maxRetries);
  const likely = walked.attempts.get(stage.id) ?? 0;
  const limits = [stage.timeoutMs ?? 0, runtime_policy.stage_timeout_ms].filter((ms) => ms > 0);
  return {
    id: stage.id,
    kind: stage.customType ?? stage.handler,
    models: cost?.models ?? [],
    priced: cost?.priced ?? true,
    visits: { likely: walked.visits.get(stage.id) ?? 0, most: finite(visits), by },
    attempts: { likely, most: finite(attempts) },
    prompt_bytes: cost === null ? null : promptSize(stage, pipeline).bytes,
    timeout_minutes: limits.length === 0 || runsOnce ? null : Math.min(...limits) / 60_000,
    likely: cost === null ? NOTHING : times(cost.likely, likely),
    most: cost === null ? NOTHING : withEnd(times(cost.most, attempts)),
  };
}

const finite = (n: number): number | null => (Number.isFinite(n) ? n : null);

const withEnd = ({ calls, tokens, usd }: PlannedStage["most"]): PlannedStage["most"] => ({
  calls: calls === null ? null : finite(calls),
  tokens: tokens === null ? null : finite(tokens),
  usd: usd === null ? null : finite(usd),
});
