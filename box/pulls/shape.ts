import { associationOf } from "../issues/shape.ts";
import { repositoryApi, repositoryPage, repositoryShape } from "../repos/shape.ts";
import type { Issue, Pull, Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId, userShape } from "../users/shape.ts";

export type PullIssue = Issue & { readonly pull: Pull };

export const isPull = (issue: Issue): issue is PullIssue => issue.pull !== undefined;

function side(world: World, repository: Repository, ref: string, sha: string) {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: userShape(world, repository.owner),
    repo: repositoryShape(world, repository),
  };
}

export function pullShape(world: World, issue: PullIssue) {
  const { repository, number, pull } = issue;
  const api = repositoryApi(world, repository);
  const url = `${api}/pulls/${number}`;
  const page = `${repositoryPage(world, repository)}/pull/${number}`;
  const comments = [...repository.comments.values()].filter((comment) => comment.issue === issue).length;
  const statuses = `${api}/statuses/${pull.headSha}`;
  const at = (ms: number | null) => (ms === null ? null : world.clock.iso(ms));
  return {
    id: issue.id,
    node_id: nodeId("PullRequest", issue.id),
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: `${api}/issues/${number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${number}/comments`,
    statuses_url: statuses,
    number,
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    title: issue.title,
    body: issue.body,
    user: userShape(world, issue.user),
    labels: [],
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(world, pull.headRepository, pull.headBranch, pull.headSha),
    base: side(world, repository, pull.baseBranch, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: `${api}/issues/${number}` },
      comments: { href: `${api}/issues/${number}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(repository, issue.user),
    auto_merge: null,
    draft: pull.draft,
    merged: false,
    merged_at: null,
    merged_by: null,
    mergeable: pull.mergeSha !== null,
    rebaseable: pull.mergeSha !== null,
    mergeable_state: pull.mergeSha === null ? "dirty" : "clean",
    merge_commit_sha: pull.mergeSha,
    comments,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
    created_at: world.clock.iso(issue.createdAt),
    updated_at: world.clock.iso(issue.updatedAt),
    closed_at: at(issue.closedAt),
  };
}

/** As runs, suites and checks list the pull requests of a commit: none whose head is in a fork. */
export function pullsOfCommit(world: World, repository: Repository, sha: string) {
  return [...repository.issues.values()]
    .filter(isPull)
    .filter((issue) => issue.state === "open" && issue.pull.headSha === sha)
    .filter((issue) => issue.pull.headRepository === repository)
    .map(({ id, number, pull }) => {
      const repo = { id: repository.id, url: repositoryApi(world, repository), name: repository.name };
      return {
        id,
        number,
        url: `${repo.url}/pulls/${number}`,
        head: { ref: pull.headBranch, sha: pull.headSha, repo },
        base: { ref: pull.baseBranch, sha: pull.baseSha, repo },
      };
    });
}
