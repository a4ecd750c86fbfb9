/** Every operation of the slice and who answers it. The types prove that none is missing. */

import { cancelRun, forceCancelRun } from "./actions/cancel.ts";
import { dispatchWorkflow } from "./actions/dispatch.ts";
import { downloadJobLog, getJob, listAttemptJobs, listJobs } from "./actions/job-handlers.ts";
import { dispatchRepository } from "./actions/repository-dispatch.ts";
import { rerunAll, rerunFailed } from "./actions/rerun.ts";
import { listReviews } from "./actions/reviews.ts";
import { deleteRun, getAttempt, getRun, listRuns, listWorkflowRuns } from "./actions/run-handlers.ts";
import * as settings from "./actions/settings-handlers.ts";
import { disableWorkflow, enableWorkflow, getWorkflow } from "./actions/workflow-find.ts";
import * as apps from "./apps/handlers.ts";
import * as artifacts from "./artifacts/handlers.ts";
import * as checks from "./checks/handlers.ts";
import { createBlob, getBlob } from "./git-data/blobs.ts";
import { createCommit, getCommit } from "./git-data/commits.ts";
import * as refs from "./git-data/refs.ts";
import { createTree, getTree } from "./git-data/trees.ts";
import { type Answer, notFound } from "./http/answer.ts";
import type { Call, Handler, RepositoryHandler } from "./http/call.ts";
import * as comments from "./issues/comments.ts";
import { getIssue } from "./issues/issues.ts";
import { listCommentReactions, reactToComment, reactToIssue } from "./issues/reactions.ts";
import type { OperationId } from "./openapi/selection.ts";
import * as pulls from "./pulls/handlers.ts";
import { getContent } from "./repos/contents.ts";
import { getPermission, getRepository } from "./repos/handlers.ts";
import type { Repository } from "./state/records.ts";
import * as hooks from "./webhooks/handlers.ts";

const ofApps = {
  "apps/create-installation-access-token": apps.createInstallationToken,
  "apps/get-authenticated": apps.getApp,
  "apps/get-installation": apps.getInstallation,
  "apps/get-webhook-delivery": hooks.getDelivery,
  "apps/list-installations": apps.listInstallations,
  "apps/list-repos-accessible-to-installation": apps.listInstallationRepositories,
  "apps/list-webhook-deliveries": hooks.listDeliveries,
  "apps/redeliver-webhook-delivery": hooks.redeliver,
} satisfies Partial<Record<OperationId, Handler>>;

const ofRepositories: Record<Exclude<OperationId, keyof typeof ofApps>, RepositoryHandler> = {
  "actions/cancel-workflow-run": cancelRun,
  "actions/create-workflow-dispatch": dispatchWorkflow,
  "actions/delete-artifact": artifacts.removeArtifact,
  "actions/delete-workflow-run": deleteRun,
  "actions/disable-workflow": disableWorkflow,
  "actions/download-artifact": artifacts.downloadArtifact,
  "actions/download-job-logs-for-workflow-run": downloadJobLog,
  "actions/enable-workflow": enableWorkflow,
  "actions/force-cancel-workflow-run": forceCancelRun,
  "actions/get-allowed-actions-repository": settings.getAllowedActions,
  "actions/get-artifact": artifacts.getArtifact,
  "actions/get-fork-pr-contributor-approval-permissions-repository": settings.getForkApproval,
  "actions/get-github-actions-default-workflow-permissions-repository": settings.getWorkflowPermissions,
  "actions/get-github-actions-permissions-repository": settings.getPermissions,
  "actions/get-job-for-workflow-run": getJob,
  "actions/get-reviews-for-run": listReviews,
  "actions/get-workflow": getWorkflow,
  "actions/get-workflow-run": getRun,
  "actions/get-workflow-run-attempt": getAttempt,
  "actions/list-artifacts-for-repo": artifacts.listArtifacts,
  "actions/list-jobs-for-workflow-run": listJobs,
  "actions/list-jobs-for-workflow-run-attempt": listAttemptJobs,
  "actions/list-workflow-run-artifacts": artifacts.listRunArtifacts,
  "actions/list-workflow-runs": listWorkflowRuns,
  "actions/list-workflow-runs-for-repo": listRuns,
  "actions/re-run-workflow": rerunAll,
  "actions/re-run-workflow-failed-jobs": rerunFailed,
  "apps/get-repo-installation": apps.getRepositoryInstallation,
  "checks/create": checks.createCheck,
  "checks/get": checks.getCheck,
  "checks/list-annotations": checks.listAnnotations,
  "checks/list-for-ref": checks.listChecks,
  "checks/update": checks.updateCheck,
  "git/create-blob": createBlob,
  "git/create-commit": createCommit,
  "git/create-ref": refs.createRef,
  "git/create-tree": createTree,
  "git/delete-ref": refs.deleteRef,
  "git/get-blob": getBlob,
  "git/get-commit": getCommit,
  "git/get-ref": refs.getRef,
  "git/get-tree": getTree,
  "git/list-matching-refs": refs.listMatchingRefs,
  "git/update-ref": refs.updateRef,
  "issues/create-comment": comments.createComment,
  "issues/delete-comment": comments.deleteComment,
  "issues/get": getIssue,
  "issues/get-comment": comments.getComment,
  "issues/list-comments": comments.listComments,
  "issues/list-comments-for-repo": comments.listRepositoryComments,
  "issues/update-comment": comments.updateComment,
  "pulls/create": pulls.createPull,
  "pulls/get": pulls.getPull,
  "pulls/list": pulls.listPulls,
  "pulls/update": pulls.updatePull,
  "reactions/create-for-issue": reactToIssue,
  "reactions/create-for-issue-comment": reactToComment,
  "reactions/list-for-issue-comment": listCommentReactions,
  "repos/create-dispatch-event": dispatchRepository,
  "repos/get": getRepository,
  "repos/get-collaborator-permission-level": getPermission,
  "repos/get-content": getContent,
};

export async function handle(call: Call, repository: Repository | undefined): Promise<Answer> {
  const { op } = call;
  if (op in ofApps) return ofApps[op as keyof typeof ofApps](call);
  if (repository === undefined) throw notFound();
  return ofRepositories[op as keyof typeof ofRepositories]({ ...call, repository });
}
