import type { Access, Permissions } from "../actions/port.ts";
import { grants } from "../auth/needs.ts";
import type { Principal } from "../auth/principal.ts";
import { issueToken } from "../auth/tokens.ts";
import { created, notFound, ok, unprocessable } from "../http/answer.ts";
import type { Call, Handler, RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import { repositoryShape } from "../repos/shape.ts";
import type { App, Installation } from "../state/model.ts";
import type { Repository } from "../state/records.ts";
import { installationsOf } from "../state/world.ts";
import { appShape, installationShape, repositoriesOf } from "./shape.ts";

const HOUR_MS = 60 * 60 * 1000;

const appOf = ({ principal }: Call): App => (principal as Principal & { kind: "app" }).app;

export const getApp: Handler = (call) => ok(appShape(call.world, appOf(call)));

export const listInstallations: Handler = (call) => {
  const mine = [...call.world.installations.values()].filter(({ app }) => app === appOf(call));
  return pageOf(call, mine, (page) => page.map((one) => installationShape(call.world, one)));
};

export const getInstallation: Handler = (call) => ok(installationShape(call.world, installationOf(call)));

export const getRepositoryInstallation: RepositoryHandler = (call) => {
  const found = installationsOf(call.world, call.repository).find(({ app }) => app === appOf(call));
  if (found === undefined) throw notFound();
  return ok(installationShape(call.world, found));
};

interface TokenInput {
  readonly repositories?: readonly string[];
  readonly repository_ids?: readonly number[];
  readonly permissions?: Readonly<Record<string, Access>>;
}

/** Lives one hour; may be narrowed, never widened. */
export const createInstallationToken: Handler = (call) => {
  const { world } = call;
  const installation = installationOf(call);
  const { repositories, repository_ids: ids, permissions } = call.body as TokenInput;
  const seen = repositoriesOf(world, installation);
  const chosen = choose(seen, repositories, ids);
  const held: Permissions = { metadata: "read", ...installation.app.permissions };
  if (permissions !== undefined && !grants(held, permissions)) {
    throw unprocessable("The permissions requested are not granted to this installation.");
  }
  const granted = permissions === undefined ? held : { metadata: "read" as const, ...permissions };
  const only = chosen && new Set(chosen.map(({ id }) => id));
  const token = issueToken(
    world,
    { kind: "installation", installation, permissions: granted, only },
    HOUR_MS,
  );
  return created({
    token,
    expires_at: world.clock.iso(world.clock.now() + HOUR_MS),
    permissions: granted,
    repository_selection: chosen === undefined && installation.repositories === "all" ? "all" : "selected",
    ...(chosen === undefined ? {} : { repositories: chosen.map((one) => repositoryShape(world, one)) }),
  });
};

function choose(
  seen: readonly Repository[],
  names?: readonly string[],
  ids?: readonly number[],
): Repository[] | undefined {
  if (names === undefined && ids === undefined) return undefined;
  const byName = (names ?? []).map((name) => seen.find((one) => one.name === name));
  const byId = (ids ?? []).map((id) => seen.find((one) => one.id === id));
  return [...byName, ...byId].map((one) => {
    if (one === undefined) {
      throw unprocessable(
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
      );
    }
    return one;
  });
}

export const listInstallationRepositories: Handler = (call) => {
  const { installation, only } = call.principal as Principal & { kind: "installation" };
  const seen = repositoriesOf(call.world, installation).filter(({ id }) => only?.has(id) ?? true);
  return pageOf(call, seen, (page) => ({
    total_count: seen.length,
    repository_selection: installation.repositories === "all" ? "all" : "selected",
    repositories: page.map((one) => repositoryShape(call.world, one)),
  }));
};

function installationOf(call: Call): Installation {
  const found = call.world.installations.get(Number(call.params.installation_id));
  if (found === undefined || found.app !== appOf(call)) throw notFound();
  return found;
}
