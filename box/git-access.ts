/** Git over HTTP under the same tokens and permissions as the API. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { atLeast, canSee, permissionsIn, roleOf } from "./auth/permission.ts";
import { type Principal, principalOfToken } from "./auth/tokens.ts";
import { type GitRequest, type GitVerdict, gitHttpHandler } from "./git-http.ts";
import { callerKey } from "./http/limits.ts";
import { pusherName } from "./repos/pusher.ts";
import { takePushes } from "./repos/pushes.ts";
import { hookEnv } from "./repos/update-hook.ts";
import type { Repository } from "./state/model.ts";
import { findRepository, type World } from "./state/world.ts";

export interface GitLogEntry {
  readonly at: number;
  readonly caller: string;
  readonly repo: string;
  readonly phase: GitRequest["phase"];
}

/** False for a path that is none of git's. */
export function createGitAccess(world: World, root: string, log: (entry: GitLogEntry) => void) {
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
    fault: (request) => world.faults.git(request),
    env: (request) => {
      const repository = repositoryOf(world, request);
      const principal = callerOf(world, request);
      if (repository === undefined || principal === undefined || principal.kind === "anonymous") return {};
      return hookEnv(principal, repository, pusherName(world, principal));
    },
  });
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const mine = await handle(request, response);
    const [, repo = ""] = /^\/(.+?)(?:\.git)?\/git-receive-pack$/.exec(request.url ?? "") ?? [];
    const repository = repositoryOf(world, { repo });
    if (repository !== undefined) await takePushes(world, repository);
    return mine;
  };
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
