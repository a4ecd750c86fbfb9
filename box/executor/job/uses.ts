/** A `uses:` step: its inputs, and a JavaScript action's pre, main and post. Composites have a file of their own. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { record } from "../expressions/data.ts";
import { renderString, renderStrings } from "../expressions/template.ts";
import { nameOf } from "../places.ts";
import type { StepDefinition } from "../workflow/model.ts";
import type { Action, NodeRuns } from "./action.ts";
import { isLocal } from "./action-store.ts";
import { runComposite } from "./composite.ts";
import { frameScope } from "./frame.ts";
import { launch } from "./launch.ts";
import type { Frame, JobState, PlannedStep, StepStatus } from "./state.ts";

export type Stage = PlannedStep["stage"];

export async function runUses(
  job: JobState,
  frame: Frame,
  step: StepDefinition,
  stage: Stage,
  state: Map<string, string>,
): Promise<StepStatus> {
  const uses = step.uses as string;
  const action = await job.store.load(uses);
  const local = isLocal(uses);
  frame.github = record({
    ...frame.github,
    action: step.id ?? `__${nameOf(action.place).replace("/", "_")}`,
    action_repository: local ? null : nameOf(action.place),
    action_ref: local ? null : action.place.ref,
  });
  const inputs = inputsOf(job, frame, step, action);
  job.report.log(`##[group]Run ${uses}`);
  for (const [name, value] of inputs) job.report.log(`  ${name}: ${value}`);
  job.report.log("##[endgroup]");
  if (action.runs.kind === "composite") {
    if (local) await job.store.prepare(action.runs.steps, frame.list.depth + 1);
    return runComposite(job, frame, step, action, action.runs, inputs);
  }
  if (local && action.runs.pre !== undefined && stage === "main") {
    job.report.issue({
      level: "warning",
      message: `\`pre\` execution is not supported for local action from '${uses}'`,
    });
  }
  if (stage !== "post") owePost(job, frame, step, action.runs, state);
  return runNode(job, frame, action, action.runs, stage, inputs, state);
}

function inputsOf(
  job: JobState,
  frame: Frame,
  step: StepDefinition,
  action: Action,
): ReadonlyMap<string, string> {
  const scope = frameScope(job, frame);
  const given = new Map(
    [...renderStrings(step.with, scope)].map(([name, value]) => [name.toLowerCase(), value] as const),
  );
  const unknown = [...given.keys()].filter((name) => !action.inputs.has(name));
  if (unknown.length > 0) {
    const message = `Unexpected input(s) '${unknown.join("', '")}', valid inputs are ['${[...action.inputs.keys()].join("', '")}']`;
    if (action.strict)
      throw new Error(`${message}: the box's stand-in for ${nameOf(action.place)} has no others`);
    job.report.issue({ level: "warning", message });
  }
  for (const [name, fallback] of action.inputs) {
    if (!given.has(name)) given.set(name, fallback === undefined ? "" : renderString(fallback, scope));
  }
  return given;
}

function owePost(
  job: JobState,
  frame: Frame,
  step: StepDefinition,
  runs: NodeRuns,
  state: Map<string, string>,
): void {
  const name = `Post ${frame.list.composite ? (step.uses ?? "") : stepName(job, frame, step)}`;
  if (runs.post === undefined || frame.list.posts.some((post) => post.definition === step)) return;
  frame.list.posts.push({
    definition: step,
    planned: {
      id: step.id,
      name,
      condition: runs.postIf,
      env: step.env,
      continueOnError: step.continueOnError,
      timeoutMinutes: step.timeoutMinutes,
      stage: "post",
      run: (postFrame) => runUses(job, postFrame, step, "post", state),
    },
  });
}

async function runNode(
  job: JobState,
  frame: Frame,
  action: Action,
  runs: NodeRuns,
  stage: Stage,
  inputs: ReadonlyMap<string, string>,
  state: Map<string, string>,
): Promise<StepStatus> {
  const script = join(action.folder, { pre: runs.pre, main: runs.main, post: runs.post }[stage] as string);
  if (!existsSync(script)) throw new Error(`File not found: '${script}'`);
  const variables = [
    ...[...inputs].map(
      ([name, value]) => [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, value] as const,
    ),
    ...[...state].map(([name, value]) => [`STATE_${name}`, value] as const),
  ];
  const { credentials, oidc } = job.spec;
  const { status } = await launch(job, frame, {
    file: process.execPath,
    args: [script],
    cwd: job.folders.workspace,
    state,
    extra: {
      ...Object.fromEntries(variables),
      ...oidc,
      ACTIONS_RUNTIME_TOKEN: credentials.runtimeToken,
      ACTIONS_RUNTIME_URL: credentials.resultsUrl,
      ACTIONS_RESULTS_URL: credentials.resultsUrl,
    },
  });
  return status;
}

/** As the Actions UI names the step; a name that cannot be evaluated yet stays as it is written. */
export function stepName(job: JobState, frame: Frame, step: StepDefinition): string {
  const bare = (): string => {
    if (step.uses !== undefined) return `Run ${step.uses}`;
    return `Run ${
      renderString(step.run as NonNullable<StepDefinition["run"]>, frameScope(job, frame))
        .trimStart()
        .split("\n")[0]
    }`;
  };
  try {
    const name = step.name === undefined ? "" : renderString(step.name, frameScope(job, frame));
    return name === "" ? bare() : name;
  } catch {
    return step.uses === undefined ? "Run a script" : `Run ${step.uses}`;
  }
}
