import { readFileAt } from "../git/objects.ts";
import { noContent, notFound, ok, Refusal } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import type { Repository, Workflow } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { workflowShape } from "./run-shape.ts";
import { readWorkflow, WORKFLOWS, type WorkflowFile } from "./workflow-file.ts";

/** The record of a workflow file; its id stays through renames of the workflow, not of the file. */
export function workflowRecord(world: World, repository: Repository, path: string): Workflow {
  const known = repository.workflows.get(path);
  if (known !== undefined) return known;
  const fresh = { id: world.nextId(), path, createdAt: world.clock.now(), runs: 0, state: "active" as const };
  repository.workflows.set(path, fresh);
  return fresh;
}

/** By id or file name. Actions knows only workflows that are on the default branch. */
export async function findWorkflow(
  world: World,
  repository: Repository,
  named: string,
): Promise<{ readonly workflow: Workflow; readonly file: WorkflowFile }> {
  const byId = [...repository.workflows.values()].find(({ id }) => String(id) === named);
  const path = byId?.path ?? `${WORKFLOWS}/${named.replace(`${WORKFLOWS}/`, "")}`;
  const text = await readFileAt(repository.gitDir, `refs/heads/${repository.defaultBranch}`, path);
  if (text === undefined) throw notFound();
  return { workflow: workflowRecord(world, repository, path), file: readWorkflow(path, text.toString()) };
}

const setting =
  (state: Workflow["state"]): RepositoryHandler =>
  async ({ world, repository, principal, params }) => {
    if (principal.kind === "job" && world.policy.workflowsByJobs === "refused")
      throw new Refusal(403, "Resource not accessible by integration");
    const { workflow } = await findWorkflow(world, repository, params.workflow_id!);
    workflow.state = state;
    return noContent();
  };

export const enableWorkflow = setting("active");
/** Until it is enabled again nothing starts it: no event, no schedule, no dispatch. Runs that go on are left alone. */
export const disableWorkflow = setting("disabled_manually");

export const getWorkflow: RepositoryHandler = async ({ world, repository, params }) => {
  const { workflow, file } = await findWorkflow(world, repository, params.workflow_id!);
  return ok(workflowShape(world, repository, workflow, file.name));
};
