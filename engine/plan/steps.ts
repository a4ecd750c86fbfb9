/** What of a run's events makes jobs on GitHub, in order: the trunk's stages, its fan-outs, its questions. */
import type { RunEvent } from "../core/events.ts";
import { isReadOnlyBranch } from "../core/read-only.ts";
import { isReadOnlyStage, type ReadOnly } from "../core/read-only-stages.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import type { RoundStep } from "./rounds.ts";

/** Decided without a runner. */
const WITHOUT_RUNNER: ReadonlySet<string> = new Set([
  "start",
  "exit",
  "conditional",
  "parallel",
  "wait.human",
]);

/** `readOnly`: which stages run in jobs that may only read. */
export function stepsOf(
  pipeline: Pipeline,
  events: readonly RunEvent[],
  readOnly: ReadOnly = "none",
): RoundStep[] {
  // Where all stages are such, a job for them begins the run whatever stands first.
  const steps: RoundStep[] = readOnly === "all" ? [{ kind: "turn" }] : [];
  for (const event of events) {
    if (event.event === "stage_attempt_start" && event.branch_key === undefined) {
      const stage = pipeline.stages.get(event.node_id);
      if (stage === undefined || (stage.customType === null && WITHOUT_RUNNER.has(stage.handler))) continue;
      const kind = isReadOnlyStage(stage, readOnly) ? "turn" : "stages";
      if (steps.at(-1)?.kind !== kind) steps.push({ kind });
    } else if (event.event === "fanout_started" && event.branch_key === undefined) {
      const carried = new Set(event.carried?.map(({ key }) => key));
      const open = event.branches.filter(({ key }) => !carried.has(key));
      const apart =
        readOnly === "privileged"
          ? open.filter((branch) => isReadOnlyBranch(pipeline, event.node_id, branch, readOnly)).length
          : 0;
      if (open.length > 0) steps.push({ kind: "branches", count: open.length, privileged: apart });
    } else if (event.event === "human_gate_waiting") {
      steps.push({ kind: "question" });
      // The branch that asked goes on in a job of its own.
      if (event.branch_key !== undefined) steps.push({ kind: "branches", count: 1, privileged: 0 });
    }
  }
  return steps;
}
