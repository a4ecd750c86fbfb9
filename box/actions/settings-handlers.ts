/** The settings of Actions, for those who administer a repository. */
import { ok, Refusal } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import { repositoryApi } from "../repos/shape.ts";

export const getPermissions: RepositoryHandler = ({ world, repository }) => {
  const { allowed, shaPinning } = repository.actionsSettings;
  return ok({
    enabled: true,
    allowed_actions: allowed,
    sha_pinning_required: shaPinning,
    ...(allowed === "selected"
      ? { selected_actions_url: `${repositoryApi(world, repository)}/actions/permissions/selected-actions` }
      : {}),
  });
};

export const getAllowedActions: RepositoryHandler = ({ repository }) => {
  const { allowed, githubOwned, verified, patterns } = repository.actionsSettings;
  if (allowed !== "selected")
    throw new Refusal(409, "Conflict: the allowed actions of the repository are not selected ones");
  return ok({ github_owned_allowed: githubOwned, verified_allowed: verified, patterns_allowed: patterns });
};

export const getWorkflowPermissions: RepositoryHandler = ({ repository }) =>
  ok({
    default_workflow_permissions: repository.defaultWorkflowPermissions,
    can_approve_pull_request_reviews: repository.actionsSettings.opensPulls,
  });

export const getForkApproval: RepositoryHandler = ({ repository }) =>
  ok({
    approval_policy:
      repository.actionsSettings.forkApproval === "everybody"
        ? "all_external_contributors"
        : "first_time_contributors_new_to_github",
  });
