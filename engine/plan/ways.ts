/** The ways between stages, conditionals looked through: what leads on, and what only a bounded thing takes. Pure. */

import { joinNode } from "../core/region.ts";
import { CLOSED_ON_FAILURE } from "../core/routing.ts";
import { judgeWith, statusesNamed } from "../graph/condition.ts";
import { KNOWN_STATUSES } from "../graph/known-statuses.ts";
import type { Pipeline, Route, Stage } from "../graph/pipeline.ts";

export interface Way {
  readonly from: string;
  readonly to: string;
  /**
   * `failed`: only after a failure of the stage that it leaves, which max_node_failures counts. `restart` and `gate`:
   * loop_restart and the way back of a goal gate, each with a bound of its own.
   */
  readonly kind: "open" | "failed" | "restart" | "gate";
}

/** A fan-out leads to where its branches meet: what they do is their own scope's. */
export function waysOf(pipeline: Pipeline): readonly Way[] {
  const good = goodStatuses(pipeline);
  const admitsGood = ({ condition }: Route): boolean =>
    condition === null || good.some((outcome) => judgeWith(condition, { outcome }) !== false);
  return [
    ...[...pipeline.stages.values()].flatMap((stage) => [
      ...edgesOf(pipeline, stage, admitsGood),
      ...retriesOf(pipeline, stage),
    ]),
    ...gatesOf(pipeline),
  ];
}

/** What counts as no failure: the known statuses, and those that the author names in a condition. */
function goodStatuses(pipeline: Pipeline): readonly string[] {
  const named = [...pipeline.out.values()].flat().flatMap(({ condition }) => statusesNamed(condition));
  return [...new Set([...KNOWN_STATUSES, ...named])].filter(
    (status) => status !== "fail" && status !== "retry",
  );
}

function edgesOf(pipeline: Pipeline, stage: Stage, admitsGood: (route: Route) => boolean): Way[] {
  if (stage.handler === "conditional") return [];
  if (stage.handler === "parallel") {
    const join = joinNode(pipeline, stage.id);
    const to = join === null ? [...pipeline.exits] : [join];
    return to.map((target) => ({ from: stage.id, to: target, kind: "open" }));
  }
  const ways: Way[] = [];
  const seen = new Set<string>();
  const open: { readonly at: string; readonly kind: "open" | "failed" | "restart" }[] = [
    { at: stage.id, kind: "open" },
  ];
  for (const { at, kind } of open) {
    for (const route of pipeline.out.get(at) ?? []) {
      const failed = kind === "failed" || !admitsGood(route);
      const next = kind === "restart" || route.loopRestart ? "restart" : failed ? "failed" : "open";
      if (pipeline.stages.get(route.to)?.handler !== "conditional")
        ways.push({ from: stage.id, to: route.to, kind: next });
      else if (!seen.has(`${route.to} ${next}`)) {
        seen.add(`${route.to} ${next}`);
        open.push({ at: route.to, kind: next });
      }
    }
  }
  return ways;
}

/** The retry targets of a stage, and of the conditionals that its failure is handed on to, where no edge takes it. */
function retriesOf(pipeline: Pipeline, stage: Stage): Way[] {
  if (stage.handler === "conditional") return [];
  const handed = new Map([[stage.id, stage]]);
  for (const id of handed.keys())
    for (const { to } of pipeline.out.get(id) ?? []) {
      const next = pipeline.stages.get(to);
      if (next?.handler === "conditional") handed.set(to, next);
    }
  const targets = [...handed.values()].flatMap((one) => {
    const leadsOn = (pipeline.out.get(one.id) ?? []).some(({ condition }) => condition === null);
    return leadsOn && !CLOSED_ON_FAILURE.has(one.handler) ? [] : retryTargets(pipeline, one);
  });
  return [...new Set(targets)].map((to) => ({ from: stage.id, to, kind: "failed" }));
}

const retryTargets = (pipeline: Pipeline, { retryTarget, fallbackRetryTarget }: Stage): string[] =>
  [retryTarget, fallbackRetryTarget, pipeline.retryTarget, pipeline.fallbackRetryTarget].filter(
    (id): id is string => id !== null && pipeline.stages.has(id),
  );

/** A goal gate that is not satisfied sends a run back from its exit, and a branch from its join. */
function gatesOf(pipeline: Pipeline): Way[] {
  const stages = [...pipeline.stages.values()];
  const fans = stages.filter(({ handler }) => handler === "parallel").map(({ id }) => id);
  const ends = [...pipeline.exits, ...fans.flatMap((id) => joinNode(pipeline, id) ?? [])];
  const targets = stages
    .filter(({ goalGate }) => goalGate)
    .flatMap((gate) => [...retryTargets(pipeline, gate), ...fans]);
  return [...new Set(targets)].flatMap((to) =>
    [...new Set(ends)].map((from): Way => ({ from, to, kind: "gate" })),
  );
}
