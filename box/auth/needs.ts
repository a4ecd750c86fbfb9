/** What each operation asks of an app's token, as GitHub's reference lists it: any one of the alternatives is enough. */
import type { Access, Permissions } from "../actions/port.ts";
import type { OperationId } from "../openapi/selection.ts";

export interface Needs {
  /** Empty: no permission of a repository is asked. */
  readonly any: readonly Permissions[];
  /** What a user must be in the repository. */
  readonly user: "read" | "write" | "admin";
  /** Only an app may call it: `jwt` with its own key, `app` with an installation's or a job's token, `installation` not with a job's. */
  readonly only?: "jwt" | "app" | "installation";
}

const reads = (...names: string[]): Needs => ({
  any: names.map((name) => ({ [name]: "read" })),
  user: "read",
});
const writes = (...names: string[]): Needs => ({
  any: names.map((name) => ({ [name]: "write" })),
  user: "write",
});
const talks = (...names: string[]): Needs => ({ ...writes(...names), user: "read" });
const jwt: Needs = { any: [], user: "read", only: "jwt" };
/** A job's token never has it. */
const administers: Needs = { ...reads("administration"), user: "admin" };
const metadata = reads("metadata");

export const needs: Readonly<Record<OperationId, Needs>> = {
  "actions/cancel-workflow-run": writes("actions"),
  "actions/create-workflow-dispatch": writes("actions"),
  "actions/delete-artifact": writes("actions"),
  "actions/delete-workflow-run": writes("actions"),
  "actions/disable-workflow": writes("actions"),
  "actions/download-artifact": reads("actions"),
  "actions/download-job-logs-for-workflow-run": reads("actions"),
  "actions/enable-workflow": writes("actions"),
  "actions/force-cancel-workflow-run": writes("actions"),
  "actions/get-allowed-actions-repository": administers,
  "actions/get-artifact": reads("actions"),
  "actions/get-fork-pr-contributor-approval-permissions-repository": administers,
  "actions/get-github-actions-default-workflow-permissions-repository": administers,
  "actions/get-github-actions-permissions-repository": administers,
  "actions/get-job-for-workflow-run": reads("actions"),
  "actions/get-reviews-for-run": reads("actions"),
  "actions/get-workflow": reads("actions"),
  "actions/get-workflow-run": reads("actions"),
  "actions/get-workflow-run-attempt": reads("actions"),
  "actions/list-artifacts-for-repo": reads("actions"),
  "actions/list-jobs-for-workflow-run": reads("actions"),
  "actions/list-jobs-for-workflow-run-attempt": reads("actions"),
  "actions/list-workflow-run-artifacts": reads("actions"),
  "actions/list-workflow-runs": reads("actions"),
  "actions/list-workflow-runs-for-repo": reads("actions"),
  "actions/re-run-workflow": writes("actions"),
  "actions/re-run-workflow-failed-jobs": writes("actions"),
  "apps/create-installation-access-token": jwt,
  "apps/get-authenticated": jwt,
  "apps/get-installation": jwt,
  "apps/get-repo-installation": jwt,
  "apps/get-webhook-delivery": jwt,
  "apps/list-installations": jwt,
  "apps/list-repos-accessible-to-installation": { ...metadata, only: "installation" },
  "apps/list-webhook-deliveries": jwt,
  "apps/redeliver-webhook-delivery": jwt,
  "checks/create": { ...writes("checks"), only: "app" },
  "checks/get": reads("checks"),
  "checks/list-annotations": reads("checks"),
  "checks/list-for-ref": reads("checks"),
  "checks/update": { ...writes("checks"), only: "app" },
  "git/create-blob": writes("contents"),
  "git/create-commit": writes("contents"),
  "git/create-ref": writes("contents"),
  "git/create-tree": writes("contents"),
  "git/delete-ref": writes("contents"),
  "git/get-blob": reads("contents"),
  "git/get-commit": reads("contents"),
  "git/get-ref": reads("contents"),
  "git/get-tree": reads("contents"),
  "git/list-matching-refs": reads("contents"),
  "git/update-ref": writes("contents"),
  "issues/create-comment": talks("issues", "pull_requests"),
  "issues/delete-comment": talks("issues", "pull_requests"),
  "issues/get": reads("issues", "pull_requests"),
  "issues/get-comment": reads("issues", "pull_requests"),
  "issues/list-comments": reads("issues", "pull_requests"),
  "issues/list-comments-for-repo": reads("issues", "pull_requests"),
  "issues/update-comment": talks("issues", "pull_requests"),
  "pulls/create": talks("pull_requests"),
  "pulls/get": reads("pull_requests"),
  "pulls/list": reads("pull_requests"),
  "pulls/update": talks("pull_requests"),
  "reactions/create-for-issue": talks("issues", "pull_requests"),
  "reactions/create-for-issue-comment": talks("issues", "pull_requests"),
  "reactions/list-for-issue-comment": reads("issues", "pull_requests"),
  "repos/create-dispatch-event": writes("contents"),
  "repos/get": metadata,
  "repos/get-collaborator-permission-level": metadata,
  "repos/get-content": reads("contents"),
};

const RANK: Readonly<Record<Access, number>> = { read: 1, write: 2 };

export function grants(held: Permissions, wanted: Permissions): boolean {
  return Object.entries(wanted).every(
    ([name, access]) => RANK[held[name] ?? "read"] >= RANK[access] && name in held,
  );
}

/** As the header X-Accepted-GitHub-Permissions lists them. */
export const acceptedHeader = ({ any }: Needs): string =>
  any
    .map((one) =>
      Object.entries(one)
        .map(([name, access]) => `${name}=${access}`)
        .join(","),
    )
    .join("; ");
