import type { Effect, StageEffect } from "../../engine/core/effects.ts";
import { TRUNK } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";

/** A branch's job keeps its manager: only the trunk's lets go of its runner. */
export const isManaged = (pipeline: Pipeline, effect: Effect): effect is StageEffect => {
  const stage = pipeline.stages.get(effect.node);
  return effect.kind === "stage" && effect.scope === TRUNK && stage?.customType === null && !!stage.manager;
};
