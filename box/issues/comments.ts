import { atLeast, roleOf } from "../auth/permission.ts";
import type { Principal } from "../auth/principal.ts";
import { appOf, userOf } from "../auth/tokens.ts";
import { created, noContent, ok, Refusal, unprocessable } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import { pusherFrom } from "../repos/pusher.ts";
import type { Comment, Issue } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { commentOf, issueOf } from "./find.ts";
import { commentShape, issueShape } from "./shape.ts";

/** What the refusal says; larger bodies have been seen to pass. */
const LONGEST_BODY = 65_536;

export const createComment: RepositoryHandler = (call) => {
  const { world, repository, principal } = call;
  const issue = issueOf(call);
  const body = checkedBody(call.body);
  const now = world.clock.now();
  const user = userOf(world, principal);
  const comment: Comment = {
    id: world.nextId(),
    issue,
    user,
    app: appOf(world, principal),
    createdAt: now,
    reactions: [],
    body,
    updatedAt: now,
  };
  repository.comments.set(comment.id, comment);
  issue.updatedAt = now;
  tell(world, "created", comment, principal);
  return created(commentShape(world, comment));
};

export const getComment: RepositoryHandler = (call) => ok(commentShape(call.world, commentOf(call)));

export const listComments: RepositoryHandler = (call) => {
  const issue = issueOf(call);
  const since = call.query.since === undefined ? 0 : Date.parse(String(call.query.since));
  const comments = commentsOn(issue).filter(({ updatedAt }) => updatedAt >= since);
  return pageOf(call, comments, (page) => page.map((one) => commentShape(call.world, one)));
};

/** Of all issues and pull requests; without a direction the oldest comes first. */
export const listRepositoryComments: RepositoryHandler = (call) => {
  const { since, sort, direction } = call.query;
  const after = since === undefined ? 0 : Date.parse(String(since));
  const by = sort === "updated" ? "updatedAt" : "createdAt";
  const comments = [...call.repository.comments.values()]
    .filter(({ updatedAt }) => updatedAt >= after)
    .sort((a, b) => a[by] - b[by] || a.id - b.id);
  if (direction === "desc") comments.reverse();
  return pageOf(call, comments, (page) => page.map((one) => commentShape(call.world, one)));
};

export const updateComment: RepositoryHandler = (call) => {
  const { world, principal } = call;
  const comment = commentOf(call);
  demandOwn(comment, principal);
  const from = comment.body;
  comment.body = checkedBody(call.body);
  comment.updatedAt = world.clock.now();
  tell(world, "edited", comment, principal, { changes: { body: { from } } });
  return ok(commentShape(world, comment));
};

export const deleteComment: RepositoryHandler = (call) => {
  const { world, repository, principal } = call;
  const comment = commentOf(call);
  demandOwn(comment, principal);
  repository.comments.delete(comment.id);
  tell(world, "deleted", comment, principal);
  return noContent();
};

function commentsOn(issue: Issue): Comment[] {
  return [...issue.repository.comments.values()].filter((comment) => comment.issue === issue);
}

function checkedBody(input: unknown): string {
  const { body } = input as { body: string };
  if (body.trim() === "")
    throw unprocessable("Validation Failed", [
      { resource: "IssueComment", code: "missing_field", field: "body" },
    ]);
  if (body.length > LONGEST_BODY) {
    throw unprocessable("Validation Failed", [
      {
        resource: "IssueComment",
        code: "unprocessable",
        field: "data",
        message: `Body is too long (maximum is ${LONGEST_BODY} characters)`,
      },
    ]);
  }
  return body;
}

/** One's own, or with write access anybody's. */
function demandOwn({ user, issue }: Comment, principal: Principal): void {
  if (principal.kind !== "user" || principal.user.id === user.id) return;
  if (!atLeast(roleOf(issue.repository, principal.user), "write"))
    throw new Refusal(403, "Must have admin rights to Repository.");
}

function tell(world: World, action: string, comment: Comment, principal: Principal, more: object = {}): void {
  const { issue } = comment;
  world.publish({
    name: "issue_comment",
    action,
    repository: issue.repository,
    ...pusherFrom(world, principal),
    payload: { ...more, issue: issueShape(world, issue), comment: commentShape(world, comment) },
  });
}
