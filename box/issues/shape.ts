import { appShape } from "../apps/shape.ts";
import { roleOf } from "../auth/permission.ts";
import { repositoryApi, repositoryPage } from "../repos/shape.ts";
import type { User } from "../state/model.ts";
import type { Comment, Issue, Reaction, Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId, userShape } from "../users/shape.ts";

const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;

/** Weaker than it looks: an organization's MEMBER may have no write access here. */
export function associationOf(repository: Repository, user: User): string {
  if (user.id === repository.owner.id) return "OWNER";
  return roleOf(repository, user) !== undefined && repository.roles.has(user.id) ? "COLLABORATOR" : "NONE";
}

function rollup(url: string, reactions: readonly Reaction[]) {
  const counts = REACTIONS.map((content) => [
    content,
    reactions.filter((one) => one.content === content).length,
  ]);
  return { url: `${url}/reactions`, total_count: reactions.length, ...Object.fromEntries(counts) };
}

export function reactionShape(world: World, { id, user, content, createdAt }: Reaction) {
  return {
    id,
    node_id: nodeId("Reaction", id),
    user: userShape(world, user),
    content,
    created_at: world.clock.iso(createdAt),
  };
}

export function issueShape(world: World, issue: Issue) {
  const { repository, number } = issue;
  const api = repositoryApi(world, repository);
  const url = `${api}/issues/${number}`;
  const page = `${repositoryPage(world, repository)}/${issue.pull ? "pull" : "issues"}/${number}`;
  const links = {
    url: `${api}/pulls/${number}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
  };
  return {
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: page,
    number,
    state: issue.state,
    state_reason: null,
    title: issue.title,
    body: issue.body,
    user: userShape(world, issue.user),
    labels: [],
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: [...repository.comments.values()].filter((comment) => comment.issue === issue).length,
    ...(issue.pull === undefined
      ? {}
      : { pull_request: { ...links, merged_at: null }, draft: issue.pull.draft }),
    created_at: world.clock.iso(issue.createdAt),
    updated_at: world.clock.iso(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : world.clock.iso(issue.closedAt),
    author_association: associationOf(repository, issue.user),
    performed_via_github_app: null,
    reactions: rollup(url, issue.reactions),
  };
}

export function commentShape(world: World, comment: Comment) {
  const { id, issue, user, app, body } = comment;
  const { repository } = issue;
  const url = `${repositoryApi(world, repository)}/issues/comments/${id}`;
  const { url: issueUrl, html_url: page } = issueShape(world, issue);
  return {
    id,
    node_id: nodeId("IssueComment", id),
    url,
    html_url: `${page}#issuecomment-${id}`,
    issue_url: issueUrl,
    user: userShape(world, user),
    body,
    created_at: world.clock.iso(comment.createdAt),
    updated_at: world.clock.iso(comment.updatedAt),
    author_association: associationOf(repository, user),
    performed_via_github_app: app === undefined ? null : appShape(world, app),
    reactions: rollup(url, comment.reactions),
  };
}
