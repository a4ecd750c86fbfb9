/** A workflow with every workflow that it calls, checked as GitHub checks before a run has its first job. */
import type { Permissions, RepositoryRef } from "../../actions/port.ts";
import { refusedAction } from "../../actions/settings.ts";
import { pairsOf } from "../expressions/template.ts";
import { type ActionsRegistry, findPlace, nameOf, type Place, readPlaceFile } from "../places.ts";
import type { CallJob, Workflow } from "./model.ts";
import { InvalidWorkflow } from "./model.ts";
import { excess, policyCeiling } from "./permissions.ts";
import { readWorkflow } from "./read-workflow.ts";

/** Ten levels: the top one and nine below it. */
const MAX_CALL_DEPTH = 9;
const MAX_CALLED = 50;

export interface LoadedWorkflow {
  readonly workflow: Workflow;
  readonly place: Place;
  /** What each job's file asks for; undefined where nothing says anything and the repository's default holds. */
  readonly asked: ReadonlyMap<string, Permissions | undefined>;
  readonly calls: ReadonlyMap<string, LoadedWorkflow>;
}

export interface LoadOptions {
  readonly registry: ActionsRegistry;
  readonly repository: (fullName: string) => RepositoryRef | undefined;
  /** The repository whose run it is. */
  readonly own: RepositoryRef;
}

export async function loadWorkflow(
  place: Place,
  path: string,
  options: LoadOptions,
): Promise<LoadedWorkflow> {
  const content = await readPlaceFile(place, path);
  if (content === undefined) throw new InvalidWorkflow(`${path} was not found in ${nameOf(place)}`);
  const workflow = await readWorkflow(path, content);
  return loadCalls(workflow, place, undefined, options, 0, new Set());
}

async function loadCalls(
  workflow: Workflow,
  place: Place,
  inherited: Permissions | undefined,
  options: LoadOptions,
  depth: number,
  seen: Set<string>,
): Promise<LoadedWorkflow> {
  const asked = new Map<string, Permissions | undefined>();
  const calls = new Map<string, LoadedWorkflow>();
  for (const job of workflow.jobs.values()) {
    const permissions = job.permissions ?? workflow.permissions ?? inherited;
    asked.set(job.id, permissions);
    if (job.kind === "call") {
      calls.set(job.id, await loadCall(workflow, job, place, permissions, options, depth + 1, seen));
    }
  }
  return { workflow, place, asked, calls };
}

async function loadCall(
  caller: Workflow,
  job: CallJob,
  place: Place,
  permissions: Permissions | undefined,
  options: LoadOptions,
  depth: number,
  seen: Set<string>,
): Promise<LoadedWorkflow> {
  const refuse = (message: string): never => {
    throw new InvalidWorkflow(`The workflow is not valid. ${caller.path} ${job.where}${message}`);
  };
  if (depth > MAX_CALL_DEPTH) refuse(`Nested reusable workflow depth exceeded ${MAX_CALL_DEPTH}.`);
  const target = await placeOf(job.uses, place, options).catch((error: Error) => refuse(error.message));
  const { path } = target;
  seen.add(
    `${nameOf(target.place)}/${path}@${target.place.kind === "commit" ? target.place.sha : target.place.ref}`,
  );
  if (seen.size > MAX_CALLED) refuse(`more than ${MAX_CALLED} reusable workflows are called`);
  const content = await readPlaceFile(target.place, path);
  if (content === undefined)
    return refuse(`error parsing called workflow "${job.uses}": workflow was not found.`);
  const called = await readWorkflow(path, content);
  if (called.call === undefined) {
    return refuse(`workflow_call key is not defined in the referenced workflow "${job.uses}".`);
  }
  checkParameters(called, job, refuse);
  const ceiling = permissions ?? policyCeiling(options.own.defaultWorkflowPermissions);
  const check = (wanted: Permissions | undefined, who: string) => {
    const over = wanted === undefined ? undefined : excess(wanted, ceiling);
    if (over !== undefined) {
      refuse(
        `Error calling workflow '${job.uses}'. ${who} is requesting '${over.asked}', but is only allowed '${over.allowed}'.`,
      );
    }
  };
  check(called.permissions, "The workflow");
  for (const inner of called.jobs.values()) check(inner.permissions, `The nested job '${inner.id}'`);
  return loadCalls(called, target.place, permissions, options, depth, seen);
}

/** `./` is the caller's own repository at the commit that runs. */
async function placeOf(
  uses: string,
  own: Place,
  options: LoadOptions,
): Promise<{ readonly place: Place; readonly path: string }> {
  if (uses.startsWith("./")) return { place: own, path: uses.slice(2) };
  const parts = /^([^/]+\/[^/]+)\/(.+)@([^@]+)$/.exec(uses);
  if (parts === null) throw new InvalidWorkflow(`invalid value workflow reference: ${uses}`);
  const [, fullName = "", path = "", ref = ""] = parts;
  if (!/^\.github\/workflows\/[^/]+$/.test(path)) {
    throw new InvalidWorkflow(`reusable workflows live directly in .github/workflows, not at ${path}`);
  }
  const forbidden = refusedAction(options.own.actionsSettings, options.own, uses, "workflow");
  if (forbidden !== undefined) throw new InvalidWorkflow(forbidden);
  return { place: await findPlace(options.registry, options.repository, fullName, ref), path };
}

function checkParameters(called: Workflow, job: CallJob, refuse: (message: string) => never): void {
  const { inputs, secrets } = called.call as NonNullable<Workflow["call"]>;
  const passed = new Set(pairsOf(job.with).map(([name]) => name));
  for (const name of passed) {
    if (!inputs.has(name)) refuse(`Invalid input, ${name} is not defined in the referenced workflow.`);
  }
  for (const [name, input] of inputs) {
    if (input.required && !passed.has(name)) {
      refuse(`Input ${name} is required, but not provided while calling.`);
    }
  }
  if (job.secrets === "inherit") return;
  for (const name of job.secrets.keys()) {
    if (!secrets.has(name)) refuse(`Invalid secret, ${name} is not defined in the referenced workflow.`);
  }
  for (const [name, { required }] of secrets) {
    if (required && !job.secrets.has(name)) {
      refuse(`Secret ${name} is required, but not provided while calling.`);
    }
  }
}
