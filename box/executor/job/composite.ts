/** A composite action: its steps in a `steps` context of their own, then its outputs. */
import { join, relative } from "node:path";
import { record } from "../expressions/data.ts";
import { renderString } from "../expressions/template.ts";
import type { StepDefinition } from "../workflow/model.ts";
import type { Action, CompositeRuns } from "./action.ts";
import { HOST_ACTIONS } from "./container.ts";
import { createFrame, frameScope } from "./frame.ts";
import type { Frame, JobState, StepList, StepStatus } from "./state.ts";
import { executeStep } from "./step.ts";

export async function runComposite(
  job: JobState,
  frame: Frame,
  step: StepDefinition,
  action: Action,
  runs: CompositeRuns,
  inputs: ReadonlyMap<string, string>,
): Promise<StepStatus> {
  frame.composite = true;
  const list: StepList = {
    composite: true,
    steps: new Map(),
    inputs: record(inputs),
    env: frame.ownEnv,
    github: record({ ...frame.github, action_path: hostPath(job, action.folder) }),
    variables: record({ action_path: action.folder }),
    depth: frame.list.depth + 1,
    deadline: frame.deadline,
    posts: [],
    status: "success",
  };
  try {
    for (const inner of runs.steps) await executeStep(job, list, job.plan(job, list, inner));
  } finally {
    owePosts(job, frame, step, list);
  }
  const scope = frameScope(job, createFrame(job, list));
  for (const [name, token] of runs.outputs) frame.outputs.set(name, renderString(token, scope));
  return list.status;
}

/** In a container the context still has the path on the host. */
const hostPath = (job: JobState, folder: string): string =>
  job.container === undefined ? folder : join(HOST_ACTIONS, relative(job.folders.actions, folder));

/** The posts of everything inside become one post step of the composite. */
function owePosts(job: JobState, frame: Frame, step: StepDefinition, list: StepList): void {
  if (list.posts.length === 0) return;
  frame.list.posts.push({
    definition: step,
    planned: {
      id: step.id,
      name: `Post ${step.uses ?? ""}`,
      condition: "always()",
      env: undefined,
      continueOnError: undefined,
      timeoutMinutes: undefined,
      stage: "post",
      run: async (postFrame) => {
        postFrame.composite = true;
        list.status = "success";
        for (const post of list.posts.toReversed()) await executeStep(job, list, post.planned);
        return list.status;
      },
    },
  });
}
