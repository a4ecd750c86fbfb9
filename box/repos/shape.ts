import { atLeast, roleOf } from "../auth/permission.ts";
import type { Principal } from "../auth/principal.ts";
import type { User } from "../state/model.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId, organizationShape, userShape } from "../users/shape.ts";

const LINKS: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

const FEATURES = {
  has_issues: true,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_downloads: true,
  has_discussions: false,
  archived: false,
  disabled: false,
  is_template: false,
  allow_forking: true,
  web_commit_signoff_required: false,
};

export const repositoryApi = (world: World, { fullName }: Repository): string =>
  `${world.urls.api}/repos/${fullName}`;
export const repositoryPage = (world: World, { fullName }: Repository): string =>
  `${world.urls.server}/${fullName}`;

export function repositoryShape(world: World, repository: Repository) {
  const url = repositoryApi(world, repository);
  const page = repositoryPage(world, repository);
  const openIssues = [...repository.issues.values()].filter(({ state }) => state === "open").length;
  const links = Object.fromEntries(Object.entries(LINKS).map(([name, tail]) => [name, `${url}${tail}`]));
  return {
    ...FEATURES,
    ...links,
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: repository.fullName,
    owner: userShape(world, repository.owner),
    ...(repository.owner.type === "Organization" ? { organization: userShape(world, repository.owner) } : {}),
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    html_url: page,
    url,
    description: null,
    fork: repository.forkOf !== undefined,
    git_url: `${page}.git`,
    clone_url: `${page}.git`,
    ssh_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    topics: [],
    size: 0,
    forks: 0,
    forks_count: 0,
    network_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: openIssues,
    open_issues_count: openIssues,
    default_branch: repository.defaultBranch,
    created_at: world.clock.iso(repository.createdAt),
    updated_at: world.clock.iso(repository.pushedAt),
    pushed_at: world.clock.iso(repository.pushedAt),
  };
}

/** As the caller sees it, with what the caller may do. */
export function fullRepositoryShape(world: World, repository: Repository, principal: Principal) {
  const shape = repositoryShape(world, repository);
  const parent = repository.forkOf && repositoryShape(world, repository.forkOf);
  const forked = parent === undefined ? {} : { parent, source: parent };
  if (principal.kind !== "user") return { ...shape, ...forked };
  return { ...shape, ...forked, permissions: rights(repository, principal.user) };
}

export function rights(repository: Repository, user: User) {
  const role = roleOf(repository, user);
  return {
    admin: atLeast(role, "admin"),
    maintain: atLeast(role, "maintain"),
    push: atLeast(role, "write"),
    triage: atLeast(role, "triage"),
    pull: atLeast(role, "read"),
  };
}

/** What every payload about a repository carries. */
export function payloadFrame(world: World, repository: Repository, sender: User) {
  const { owner } = repository;
  return {
    repository: repositoryShape(world, repository),
    ...(owner.type === "Organization" ? { organization: organizationShape(world, owner) } : {}),
    sender: userShape(world, sender),
  };
}
