/** A job on a runner, from "Set up job" to "Complete job". */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { record } from "../expressions/data.ts";
import { messageOf, renderString, renderStrings } from "../expressions/template.ts";
import { fieldsOf } from "../workflow/fields.ts";
import { createActionStore } from "./action-store.ts";
import { containerOf } from "./container.ts";
import type { JobControl, JobOutcome } from "./control.ts";
import { runnerContext } from "./environment.ts";
import { makeFolders } from "./folders.ts";
import { createFrame, frameScope } from "./frame.ts";
import { createMasks } from "./masks.ts";
import { planPre, planStep } from "./plan.ts";
import { endTracked, killTracked } from "./process-tree.ts";
import { createReport } from "./report.ts";
import type { JobSpec, JobState, PlannedStep, StepList } from "./state.ts";
import { executeStep } from "./step.ts";

export function startJob(spec: JobSpec): JobControl {
  const job = createState(spec);
  return {
    done: run(job),
    cancel() {
      if (job.cancelRequested) return;
      job.cancelRequested = true;
      job.status = "cancelled";
      for (const frame of [...job.frames]) frame.recheck();
    },
    kill() {
      job.dead = true;
      job.report.silence();
      for (const running of job.processes) running.kill();
      killTracked(job.trackingId);
    },
    silence: job.report.silence,
  };
}

function createState(spec: JobSpec): JobState {
  const folders = makeFolders(spec.root, spec.run.repository.name, spec.run.event.payload, spec.user);
  const masks = createMasks();
  for (const secret of [
    ...spec.secrets.values(),
    spec.credentials.githubToken,
    spec.credentials.runtimeToken,
    spec.oidc.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? "",
  ]) {
    masks.add(secret);
  }
  const github = record({
    ...(spec.contexts.github as Record<string, string>),
    token: spec.credentials.githubToken,
    workspace: folders.workspace,
    event_path: folders.event,
  });
  return {
    spec,
    clock: spec.actions.clock,
    folders,
    masks,
    report: createReport(spec.actions, spec.jobId, masks),
    store: createActionStore(
      folders,
      spec.registry,
      spec.actions.repository,
      spec.place,
      spec.run.repository,
    ),
    plan: planStep,
    trackingId: `box-${spec.jobId}-${randomUUID()}`,
    github,
    runner: runnerContext(spec.runner, folders.temp, folders.tools, folders.work),
    env: new Map(),
    container: undefined,
    prependPath: [],
    defaults: {},
    status: "success",
    cancelRequested: false,
    dead: false,
    frames: new Set(),
    processes: new Set(),
  };
}

async function run(job: JobState): Promise<JobOutcome> {
  const list: StepList = {
    composite: false,
    steps: new Map(),
    inputs: undefined,
    env: new Map(),
    github: record(),
    variables: record(),
    depth: 0,
    deadline: Number.POSITIVE_INFINITY,
    posts: [],
    status: "success",
  };
  try {
    if (!(await setUp(job, list))) return { result: "failure", outputs: new Map() };
    await runSteps(job, list);
    const outputs = complete(job, list);
    return { result: job.status, outputs };
  } finally {
    await endTracked(job.trackingId);
    rmSync(job.folders.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Everything that needs no step: environment, defaults, and every action that can be found now. */
async function setUp(job: JobState, list: StepList): Promise<boolean> {
  const { workflow, definition } = job.spec;
  const step = job.report.begin("Set up job");
  try {
    for (const token of [workflow.env, definition.env]) {
      for (const [name, value] of renderStrings(token, frameScope(job, createFrame(job, list)))) {
        job.env.set(name, value);
      }
    }
    job.container = containerOf(
      definition.container,
      job.spec.images,
      frameScope(job, createFrame(job, list)),
    );
    for (const [name, value] of job.container?.env ?? []) job.env.set(name, value);
    for (const token of [workflow.defaults, definition.defaults]) applyDefaults(job, list, token);
    await job.store.prepare(definition.steps, 0);
    job.report.end(step, "success");
    return true;
  } catch (error) {
    job.report.issue({ level: "error", message: messageOf(error) });
    job.report.end(step, "failure");
    return false;
  }
}

function applyDefaults(job: JobState, list: StepList, token: TemplateToken | undefined): void {
  const { run: runDefaults } = fieldsOf(token, "`defaults`", ["run"]);
  const fields = fieldsOf(runDefaults, "`defaults.run`", ["shell", "working-directory"]);
  const scope = frameScope(job, createFrame(job, list));
  job.defaults = {
    shell: fields.shell === undefined ? job.defaults.shell : renderString(fields.shell, scope),
    workingDirectory:
      fields["working-directory"] === undefined
        ? job.defaults.workingDirectory
        : renderString(fields["working-directory"], scope),
  };
}

async function runSteps(job: JobState, list: StepList): Promise<void> {
  const report = async (planned: PlannedStep) => {
    if (job.dead) return;
    const number = job.report.begin(planned.name);
    job.report.end(number, await executeStep(job, list, planned));
  };
  const steps = job.spec.definition.steps.map((step) => ({ step, state: new Map<string, string>() }));
  for (const { step, state } of steps) {
    for (const pre of await planPre(job, list, step, state)) await report(pre);
  }
  for (const { step, state } of steps) await report(planStep(job, list, step, state));
  for (let owed = list.posts.pop(); owed !== undefined; owed = list.posts.pop()) await report(owed.planned);
}

/** A job's outputs: empty ones are left out, and so is what may hold a secret. */
function complete(job: JobState, list: StepList): ReadonlyMap<string, string> {
  const outputs = new Map<string, string>();
  if (job.dead) return outputs;
  const step = job.report.begin("Complete job");
  try {
    const scope = frameScope(job, createFrame(job, list));
    for (const [name, value] of renderStrings(job.spec.definition.outputs, scope)) {
      if (value === "") continue;
      if (job.masks.mask(value) !== value) {
        const message = `Skip output '${name}' since it may contain secret.`;
        job.report.issue({ level: "warning", message });
        continue;
      }
      outputs.set(name, value);
    }
    job.report.end(step, "success");
  } catch (error) {
    job.status = job.status === "cancelled" ? "cancelled" : "failure";
    job.report.issue({ level: "error", message: `Fail to evaluate job outputs. ${messageOf(error)}` });
    job.report.end(step, "failure");
  }
  return outputs;
}
