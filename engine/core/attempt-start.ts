/** What is recorded before an attempt begins, and which attempt that is. */
import type { Pipeline } from "../graph/pipeline.ts";
import type { StageEffect } from "./effects.ts";
import type { BodyOf } from "./events.ts";

export const attemptStart = (pipeline: Pipeline, effect: StageEffect): BodyOf<"stage_attempt_start"> => ({
  event: "stage_attempt_start",
  ...attemptOf(pipeline, effect),
});

/** What an attempt's start and its end say alike. */
export function attemptOf(pipeline: Pipeline, effect: StageEffect) {
  const stage = pipeline.stages.get(effect.node);
  return {
    ...(effect.scope === "" ? {} : { branch_key: effect.scope }),
    node_id: effect.node,
    visit: effect.visit,
    attempt: effect.attempt,
    max: (stage?.maxRetries ?? 0) + 1,
    handler: stage?.customType ?? stage?.handler ?? "agent",
  };
}
