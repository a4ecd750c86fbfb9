import { record } from "../expressions/data.ts";
import type { StepDefinition } from "../workflow/model.ts";
import { isLocal } from "./action-store.ts";
import { createFrame } from "./frame.ts";
import { runScript } from "./script.ts";
import type { JobState, PlannedStep, StepList } from "./state.ts";
import { runUses, stepName } from "./uses.ts";

/** A step of the file as something to execute. `state` is what its action's pre, main and post share. */
export function planStep(
  job: JobState,
  list: StepList,
  step: StepDefinition,
  state = new Map<string, string>(),
): PlannedStep {
  return {
    id: step.id,
    name: stepName(job, createFrame(job, list), step),
    condition: step.if,
    env: step.env,
    continueOnError: step.continueOnError,
    timeoutMinutes: step.timeoutMinutes,
    stage: "main",
    run: (frame) => {
      if (step.uses !== undefined) return runUses(job, frame, step, "main", state);
      frame.github = record({
        ...frame.github,
        action: step.id ?? "__run",
        action_repository: null,
        action_ref: null,
      });
      return runScript(job, frame, step);
    },
  };
}

/** The `pre` of a step's action, where it has one. */
export async function planPre(
  job: JobState,
  list: StepList,
  step: StepDefinition,
  state: Map<string, string>,
): Promise<readonly PlannedStep[]> {
  if (step.uses === undefined || isLocal(step.uses)) return [];
  const { runs } = await job.store.load(step.uses);
  if (runs.kind !== "node" || runs.pre === undefined) return [];
  return [
    {
      id: step.id,
      name: `Pre ${stepName(job, createFrame(job, list), step)}`,
      condition: runs.preIf,
      env: step.env,
      continueOnError: step.continueOnError,
      timeoutMinutes: step.timeoutMinutes,
      stage: "pre",
      run: (frame) => runUses(job, frame, step, "pre", state),
    },
  ];
}
