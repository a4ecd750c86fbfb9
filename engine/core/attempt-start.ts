/** What is recorded before an attempt begins. */
import type { Pipeline } from "../graph/pipeline.ts";
import type { StageEffect } from "./effects.ts";
import type { BodyOf } from "./events.ts";

export function attemptStart(pipeline: Pipeline, effect: StageEffect): BodyOf<"stage_attempt_start"> {
  const stage = pipeline.stages.get(effect.node);
  return {
    event: "stage_attempt_start",
    ...(effect.scope === "" ? {} : { branch_key: effect.scope }),
    node_id: effect.node,
    visit: effect.visit,
    attempt: effect.attempt,
    max: (stage?.maxRetries ?? 0) + 1,
    handler: stage?.customType ?? stage?.handler ?? "agent",
  };
}
