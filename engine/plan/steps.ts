/** What of a run's events makes jobs on GitHub, in order: the trunk's stages, its fan-outs, its questions. */
import type { RunEvent } from "../core/events.ts";
import type { Pipeline, Stage } from "../graph/pipeline.ts";
import type { RoundStep } from "./rounds.ts";

/** Decided without a runner. */
const WITHOUT_RUNNER: ReadonlySet<string> = new Set([
  "start",
  "exit",
  "conditional",
  "parallel",
  "wait.human",
]);

/** `apart`: stages that run in a job of their own, as a branch does. */
export function stepsOf(
  pipeline: Pipeline,
  events: readonly RunEvent[],
  apart: (stage: Stage) => boolean,
): RoundStep[] {
  const steps: RoundStep[] = [];
  for (const event of events) {
    if (event.event === "stage_attempt_start" && event.branch_key === undefined) {
      const stage = pipeline.stages.get(event.node_id);
      if (stage === undefined || (stage.customType === null && WITHOUT_RUNNER.has(stage.handler))) continue;
      if (apart(stage)) steps.push({ kind: "branches", count: 1 });
      else if (steps.at(-1)?.kind !== "stages") steps.push({ kind: "stages" });
    } else if (event.event === "fanout_started" && event.branch_key === undefined) {
      const count = event.branches.length - (event.carried?.length ?? 0);
      if (count > 0) steps.push({ kind: "branches", count });
    } else if (event.event === "human_gate_waiting") {
      steps.push({ kind: "question" });
      // The branch that asked goes on in a job of its own.
      if (event.branch_key !== undefined) steps.push({ kind: "branches", count: 1 });
    }
  }
  return steps;
}
