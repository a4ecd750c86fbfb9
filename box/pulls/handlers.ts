import { canSee } from "../auth/permission.ts";
import { userOf } from "../auth/tokens.ts";
import { readRef } from "../git/refs.ts";
import { created, notFound, ok, Refusal, unprocessable } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import { pusherFrom } from "../repos/pusher.ts";
import type { Repository } from "../state/records.ts";
import { findRepository } from "../state/world.ts";
import { refreshPullRefs } from "./merge-ref.ts";
import { isPull, type PullIssue, pullShape } from "./shape.ts";
import { tellPull } from "./tell.ts";

interface NewPull {
  readonly title?: string;
  readonly head: string;
  readonly base: string;
  readonly body?: string;
  readonly draft?: boolean;
}

export const createPull: RepositoryHandler = async (call) => {
  const { world, repository, principal } = call;
  if (principal.kind === "job" && !repository.actionsSettings.opensPulls)
    throw new Refusal(403, "GitHub Actions is not permitted to create or approve pull requests.");
  const input = call.body as NewPull;
  const head = headOf(call, input.head);
  const headRef = await readRef(head.repository.gitDir, `refs/heads/${head.branch}`);
  const baseRef = await readRef(repository.gitDir, `refs/heads/${input.base}`);
  if (headRef === undefined) throw invalid("head");
  if (baseRef === undefined) throw invalid("base");
  if (headRef.sha === baseRef.sha) throw refused(`No commits between ${input.base} and ${input.head}`);
  const open = pulls(repository).find(
    ({ state, pull }) =>
      state === "open" &&
      pull.headRepository === head.repository &&
      pull.headBranch === head.branch &&
      pull.baseBranch === input.base,
  );
  if (open !== undefined)
    throw refused(`A pull request already exists for ${head.repository.owner.login}:${head.branch}.`);
  const now = world.clock.now();
  const issue: PullIssue = {
    id: world.nextId(),
    number: repository.issues.size + 1,
    repository,
    user: userOf(world, principal),
    createdAt: now,
    reactions: [],
    pull: {
      headRepository: head.repository,
      headBranch: head.branch,
      draft: input.draft ?? false,
      baseBranch: input.base,
      headSha: headRef.sha,
      baseSha: baseRef.sha,
      mergeSha: null,
    },
    title: input.title ?? head.branch,
    body: input.body ?? null,
    state: "open",
    updatedAt: now,
    closedAt: null,
  };
  repository.issues.set(issue.number, issue);
  await refreshPullRefs(issue);
  tellPull(world, "opened", issue, pusherFrom(world, principal));
  return created(pullShape(world, issue));
};

export const getPull: RepositoryHandler = (call) => ok(pullShape(call.world, pullOf(call)));

export const listPulls: RepositoryHandler = (call) => {
  const { state, head, base, direction } = call.query;
  const wanted = pulls(call.repository)
    .filter((issue) => state === "all" || issue.state === state)
    .filter(({ pull }) => base === undefined || pull.baseBranch === base)
    .filter(
      ({ pull }) => head === undefined || `${pull.headRepository.owner.login}:${pull.headBranch}` === head,
    );
  const sorted = direction === "asc" ? wanted : wanted.toReversed();
  return pageOf(call, sorted, (page) => page.map((one) => pullShape(call.world, one)));
};

export const updatePull: RepositoryHandler = async (call) => {
  const { world, principal } = call;
  const issue = pullOf(call);
  const { title, body, state, base } = call.body as {
    title?: string;
    body?: string;
    state?: "open" | "closed";
    base?: string;
  };
  const before = issue.state;
  issue.title = title ?? issue.title;
  issue.body = body ?? issue.body;
  issue.pull.baseBranch = base ?? issue.pull.baseBranch;
  issue.state = state ?? issue.state;
  issue.updatedAt = world.clock.now();
  issue.closedAt = issue.state === "closed" ? (issue.closedAt ?? issue.updatedAt) : null;
  if (issue.state === "open") await refreshPullRefs(issue);
  if (issue.state !== before) {
    tellPull(world, issue.state === "closed" ? "closed" : "reopened", issue, pusherFrom(world, principal));
  }
  return ok(pullShape(world, issue));
};

function pullOf({ repository, params }: RepositoryCall): PullIssue {
  const issue = repository.issues.get(Number(params.pull_number));
  if (issue === undefined || !isPull(issue)) throw notFound();
  return issue;
}

const pulls = (repository: Repository): PullIssue[] => [...repository.issues.values()].filter(isPull);

/** `branch`, or `owner:branch` of a fork. */
function headOf(
  { world, repository, principal }: RepositoryCall,
  head: string,
): { repository: Repository; branch: string } {
  const colon = head.indexOf(":");
  if (colon < 0) return { repository, branch: head };
  const owner = head.slice(0, colon);
  if (owner === repository.owner.login) return { repository, branch: head.slice(colon + 1) };
  const fork = findRepository(world, owner, repository.name);
  if (fork?.forkOf !== repository || !canSee(principal, fork)) throw invalid("head");
  return { repository: fork, branch: head.slice(colon + 1) };
}

const invalid = (field: string) =>
  unprocessable("Validation Failed", [{ resource: "PullRequest", field, code: "invalid" }]);
const refused = (message: string) =>
  unprocessable("Validation Failed", [{ resource: "PullRequest", code: "custom", message }]);
