import { userOf } from "../auth/tokens.ts";
import { readFileAt } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import { gitText } from "../git/run.ts";
import { noContent, ok, unprocessable } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import { pusherFrom } from "../repos/pusher.ts";
import { repositoryApi } from "../repos/shape.ts";
import type { Repository } from "../state/records.ts";
import { fullPayload } from "../webhooks/payload.ts";
import { dispatchInputs } from "./dispatch-inputs.ts";
import { runPage } from "./run-shape.ts";
import { startRun } from "./start-run.ts";
import { readWorkflow } from "./workflow-file.ts";
import { findWorkflow } from "./workflow-find.ts";

/** The one event, with `repository_dispatch`, that a job's own token may start a run by. */
export const dispatchWorkflow: RepositoryHandler = async ({ world, repository, principal, params, body }) => {
  const input = body as { ref: string; inputs?: Record<string, unknown>; return_run_details?: boolean };
  const { workflow, file: onDefault } = await findWorkflow(world, repository, params.workflow_id!);
  const ref = await branchOrTag(repository, input.ref);
  if (ref === undefined) throw unprocessable(`No ref found for: ${input.ref}`);
  const sha = await gitText(repository.gitDir, ["rev-parse", `${ref}^{commit}`]);
  const text = await readFileAt(repository.gitDir, sha, workflow.path);
  if (text === undefined)
    throw unprocessable(`Workflow file '${workflow.path}' does not exist at ${input.ref}`);
  const file = readWorkflow(workflow.path, text.toString());
  if (!onDefault.on.has(DISPATCH) || !file.on.has(DISPATCH)) {
    throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  }
  if (workflow.state !== "active")
    throw unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const inputs = dispatchInputs(file.on.get(DISPATCH), input.inputs ?? {});
  const sender = userOf(world, principal);
  const event = {
    name: DISPATCH,
    repository,
    ...pusherFrom(world, principal),
    payload: { inputs: Object.keys(inputs).length > 0 ? inputs : null, ref, workflow: workflow.path },
  };
  world.publish(event);
  const run = await startRun(world, {
    repository,
    workflow,
    file,
    workflowSha: sha,
    workflowRef: ref,
    cause: {
      event: { name: DISPATCH, payload: fullPayload(world, event) },
      inputs,
      ref,
      headSha: sha,
      sha,
      headRef: "",
      baseRef: "",
      fromFork: false,
      actor: sender,
      chain: 0,
      byJobToken: principal.kind === "job",
    },
    title: file.name,
  });
  if (input.return_run_details !== true) return noContent();
  return ok({
    workflow_run_id: run.id,
    run_url: `${repositoryApi(world, repository)}/actions/runs/${run.id}`,
    html_url: runPage(world, run),
  });
};

const DISPATCH = "workflow_dispatch";

/** A commit's SHA is no ref here. */
async function branchOrTag({ gitDir }: Repository, named: string): Promise<string | undefined> {
  const candidates = /^refs\/(heads|tags)\//.test(named)
    ? [named]
    : [`refs/heads/${named}`, `refs/tags/${named}`];
  for (const candidate of candidates) if ((await readRef(gitDir, candidate)) !== undefined) return candidate;
  return undefined;
}
