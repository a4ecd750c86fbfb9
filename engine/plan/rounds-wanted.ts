/** How many rounds a workflow file needs, so that its jobs fit the graphs: few for a picture that reads well, enough for one workflow run. */
import type { Config } from "../config/schema.ts";
import { insideSomeBranch } from "../core/region.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { readOnlyOf } from "./read-only-stages.ts";
import { ROUNDS_BY_DEFAULT } from "./rounds.ts";
import { boundsOf } from "./visits.ts";

/** Each is two jobs in the picture of every workflow run. */
const MOST_ROUNDS = 6;

/**
 * A fan-out takes a round, and what comes after it begins the next; graphs without any need the first alone. Where there is
 * one there will be others: up to three fan-outs then stay in one workflow run without a new file (R-GH-18).
 */
export function roundsWanted(pipelines: readonly Pipeline[], config: Config): number {
  const most = Math.max(1, ...pipelines.map((pipeline) => wantedBy(pipeline, config)));
  return most === 1 ? 1 : Math.max(ROUNDS_BY_DEFAULT, most);
}

function wantedBy(pipeline: Pipeline, config: Config): number {
  const inBranch = insideSomeBranch(pipeline);
  const readOnly = readOnlyOf(config);
  // Where all stages are in jobs that may only read, what comes after a fan-out takes a round of its own, as it does before.
  const ofFanOut = readOnly === "all" ? 2 : 1;
  let rounds = ofFanOut;
  for (const [id, { visits }] of boundsOf(pipeline, () => 1)) {
    const stage = pipeline.stages.get(id);
    if (stage === undefined || inBranch.has(id)) continue;
    if (stage.handler === "parallel") rounds += visits * ofFanOut;
    else if (readOnly === "privileged" && stage.privileged) rounds += visits;
  }
  return Math.min(MOST_ROUNDS, rounds);
}
