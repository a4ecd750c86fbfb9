import { acceptedHeader, needs } from "../auth/needs.ts";
import { permissionsIn } from "../auth/permission.ts";
import { notFound, Refusal } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import type { Comment, Issue } from "../state/records.ts";

/** The issue that the path names. */
export function issueOf(call: RepositoryCall): Issue {
  const issue = call.repository.issues.get(Number(call.params.issue_number));
  if (issue === undefined) throw notFound();
  demandForIssue(call, issue);
  return issue;
}

export function commentOf(call: RepositoryCall): Comment {
  const comment = call.repository.comments.get(Number(call.params.comment_id));
  if (comment === undefined) throw notFound();
  demandForIssue(call, comment.issue);
  return comment;
}

/** `pull_requests` opens only what is on pull requests; `issues` opens both. */
function demandForIssue({ op, principal, repository }: RepositoryCall, issue: Issue): void {
  if (issue.pull !== undefined || (principal.kind !== "installation" && principal.kind !== "job")) return;
  const held = permissionsIn(principal, repository);
  if (held.issues === "write" || (held.issues === "read" && /\/(get|list)/.test(op))) return;
  if (!repository.private && /\/(get|list)/.test(op)) return;
  throw new Refusal(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": acceptedHeader(needs[op]) },
  });
}
