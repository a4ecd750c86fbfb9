/** The contexts that a workflow's own fields see, before any runner is there. */
import type { ActionsPort, RunAttempt } from "../../actions/port.ts";
import { type Plain, type PlainObject, plainOf, record } from "../expressions/data.ts";
import type { NodeState, ScopeState } from "./model.ts";

export function githubContext(run: RunAttempt, actions: ActionsPort): PlainObject {
  const { repository, workflow } = run;
  return record({
    ref: run.ref,
    ref_name: run.refName,
    ref_type: run.refType,
    ref_protected: false,
    sha: run.sha,
    repository: repository.fullName,
    repository_id: String(repository.id),
    repository_owner: repository.owner,
    repository_owner_id: String(repository.ownerId),
    repositoryUrl: `git://github.com/${repository.fullName}.git`,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    retention_days: "90",
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    triggering_actor: run.triggeringActor.login,
    workflow: workflow.name,
    workflow_ref: `${repository.fullName}/${workflow.path}@${workflow.ref}`,
    workflow_sha: workflow.sha,
    head_ref: run.headRef,
    base_ref: run.baseRef,
    event_name: run.event.name,
    event: plainOf(run.event.payload),
    server_url: serverUrl(actions.urls.server),
    api_url: actions.urls.api,
    graphql_url: `${actions.urls.api}/graphql`,
  });
}

/** GitHub's artifact client refuses a server that is neither github.com nor below ghe.com or localhost. */
function serverUrl(origin: string): string {
  const url = new URL(origin);
  if (url.hostname === "127.0.0.1") url.hostname = "github.localhost";
  return url.origin;
}

function needsContext(needs: readonly NodeState[]): PlainObject {
  return record(
    needs.map(
      (need) =>
        [need.definition.id, record({ result: need.result ?? "", outputs: record(need.outputs) })] as const,
    ),
  );
}

/** What `if`, `strategy`, `name`, `concurrency` and the like of a job may name. */
export function jobContexts(
  github: PlainObject,
  variables: ReadonlyMap<string, string>,
  node: NodeState,
  leg: { readonly matrix: Plain; readonly strategy: Plain } = { matrix: null, strategy: null },
): Readonly<Record<string, Plain>> {
  return {
    github: record({ ...github, job: node.definition.id }),
    inputs: node.scope().inputs,
    vars: record(variables),
    needs: needsContext(node.needs),
    matrix: leg.matrix,
    strategy: leg.strategy,
  };
}

/** The `jobs` context, for the outputs of a called workflow. */
export const jobsContext = (scope: ScopeState): PlainObject =>
  record(
    [...scope.nodes].map(
      ([id, node]) => [id, record({ result: node.result ?? "", outputs: record(node.outputs) })] as const,
    ),
  );
