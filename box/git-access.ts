/** Git over HTTP under the same tokens and permissions as the API. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { atLeast, canSee, permissionsIn, roleOf } from "./auth/permission.ts";
import type { Principal } from "./auth/principal.ts";
import { principalOfToken } from "./auth/tokens.ts";
import { type GitFault, type GitRequest, type GitVerdict, gitHttpHandler } from "./git-http.ts";
import { callerKey } from "./http/limits.ts";
import { pusherName } from "./repos/pusher.ts";
import { takePushes } from "./repos/pushes.ts";
import { hookEnv } from "./repos/update-hook.ts";
import type { Repository } from "./state/records.ts";
import { findRepository, type World } from "./state/world.ts";

const MINUTE_MS = 60_000;
/** What GitHub does above its recommended rate is not documented. */
const SLOW_DOWN: GitFault = { status: 429, text: "You have exceeded a rate limit for pushes. Please wait." };

export interface GitLogEntry {
  readonly at: number;
  readonly caller: string;
  readonly repo: string;
  readonly phase: GitRequest["phase"];
}

/** False for a path that is none of git's. */
export function createGitAccess(world: World, root: string, log: (entry: GitLogEntry) => void) {
  const pushes = new Map<string, number[]>();
  const throttled = ({ repo, phase }: GitRequest): GitFault | null => {
    if (phase !== "push") return null;
    const now = world.clock.now();
    const recent = [...(pushes.get(repo) ?? []).filter((at) => at > now - MINUTE_MS), now];
    pushes.set(repo, recent);
    return recent.length > world.faults.pushesPerMinute ? SLOW_DOWN : null;
  };
  const handle = gitHttpHandler({
    root,
    authorize(request) {
      const answer = verdict(world, request);
      const caller = callerOf(world, request);
      if (answer === true && caller !== undefined) {
        log({ at: world.clock.now(), caller: callerKey(caller), repo: request.repo, phase: request.phase });
      }
      return answer;
    },
    fault: (request) => world.faults.git(request) ?? throttled(request),
    env: (request) => {
      const repository = repositoryOf(world, request);
      const principal = callerOf(world, request);
      if (repository === undefined || principal === undefined || principal.kind === "anonymous") return {};
      return hookEnv(principal, repository, {
        pusher: pusherName(world, principal),
        judged: world.policy.workflowsRight,
      });
    },
  });
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const moved = movedTo(world, request.url ?? "");
    if (moved !== undefined) {
      request.resume();
      response.writeHead(301, { location: moved }).end();
      return true;
    }
    const mine = await handle(request, response);
    const [, repo = ""] = /^\/(.+?)(?:\.git)?\/git-receive-pack$/.exec(request.url ?? "") ?? [];
    const repository = repositoryOf(world, { repo });
    if (repository !== undefined) await takePushes(world, repository);
    return mine;
  };
}

/** Where a repository is that had this name; git follows, and remembers for the rest of its command. */
function movedTo(world: World, url: string): string | undefined {
  const [, owner = "", name = "", dotGit = "", rest = ""] =
    /^\/([^/]+)\/([^/]+?)(\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack)(?:\?.*)?)$/.exec(url) ??
    [];
  if (findRepository(world, owner, name) !== undefined) return undefined;
  const moved = world.movedFrom.get(`${owner}/${name}`.toLowerCase());
  return moved && `${world.urls.server}/${moved.fullName}${dotGit}${rest}`;
}

function verdict(world: World, request: GitRequest): GitVerdict {
  const principal = callerOf(world, request);
  if (principal === undefined) return 401;
  const repository = repositoryOf(world, request);
  if (repository === undefined || !canSee(principal, repository))
    return principal.kind === "anonymous" ? 401 : 404;
  if (mayDo(principal, repository, request.access)) return true;
  return principal.kind === "anonymous" ? 401 : 403;
}

function mayDo(principal: Principal, repository: Repository, access: GitRequest["access"]): boolean {
  if (access === "read" && !repository.private) return true;
  if (principal.kind === "user") return atLeast(roleOf(repository, principal.user), access);
  const { contents } = permissionsIn(principal, repository);
  return contents === "write" || contents === access;
}

function callerOf(world: World, { token }: GitRequest): Principal | undefined {
  return token === null ? { kind: "anonymous" } : principalOfToken(world, token);
}

function repositoryOf(world: World, { repo }: Pick<GitRequest, "repo">): Repository | undefined {
  const [owner = "", name = ""] = repo.split("/");
  return findRepository(world, owner, name);
}
