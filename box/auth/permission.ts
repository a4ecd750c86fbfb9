/** May this caller do this here? Otherwise GitHub's refusal: 404 for what it may not see, 403 for what it may not do. */

import type { Permissions } from "../actions/port.ts";
import { notFound, Refusal } from "../http/answer.ts";
import type { OperationId } from "../openapi/selection.ts";
import type { Role, User } from "../state/model.ts";
import type { Repository } from "../state/records.ts";
import { sees } from "../state/world.ts";
import { acceptedHeader, grants, type Needs, needs } from "./needs.ts";
import type { Principal } from "./principal.ts";

const ROLE_RANK: Readonly<Record<Role, number>> = { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

/** An owner has every right; others what they were given; everybody reads what is public. */
export function roleOf(repository: Repository, user: User): Role | undefined {
  if (user.id === repository.owner.id) return "admin";
  return repository.roles.get(user.id) ?? (repository.private ? undefined : "read");
}

export const atLeast = (role: Role | undefined, wanted: Role): boolean =>
  role !== undefined && ROLE_RANK[role] >= ROLE_RANK[wanted];

export function canSee(principal: Principal, repository: Repository): boolean {
  if (!repository.private) return true;
  if (principal.kind === "user") return roleOf(repository, principal.user) !== undefined;
  if (principal.kind === "job") return principal.repository.id === repository.id;
  if (principal.kind === "installation") return covers(principal, repository);
  return false;
}

function covers(principal: Principal & { kind: "installation" }, repository: Repository): boolean {
  return sees(principal.installation, repository) && (principal.only?.has(repository.id) ?? true);
}

/** What the token holds in this repository: nothing in one it was not made for. */
export function permissionsIn(principal: Principal, repository: Repository): Permissions {
  if (principal.kind === "job" && principal.repository.id === repository.id) {
    return { metadata: "read", ...underscored(principal.permissions) };
  }
  if (principal.kind === "installation" && covers(principal, repository)) {
    return { metadata: "read", ...principal.permissions };
  }
  return {};
}

/** A workflow says `pull-requests`, the API `pull_requests`. */
const underscored = (given: Permissions): Permissions =>
  Object.fromEntries(Object.entries(given).map(([name, level]) => [name.replaceAll("-", "_"), level]));

export function demand(op: OperationId, principal: Principal, repository: Repository | undefined): void {
  const wanted = needs[op];
  demandKind(wanted, principal);
  if (wanted.only === "jwt") return;
  if (principal.kind === "app") {
    throw new Refusal(401, "A JSON web token was given; this endpoint wants an installation access token.");
  }
  if (repository === undefined) return;
  if (!canSee(principal, repository)) throw notFound();
  if (principal.kind === "anonymous") {
    if (isWrite(wanted) || op === "actions/download-artifact")
      throw new Refusal(401, "Requires authentication");
  } else if (principal.kind === "user") demandRole(wanted, principal.user, repository);
  else demandPermission(op, wanted, permissionsIn(principal, repository), repository);
}

function demandKind({ only }: Needs, { kind }: Principal): void {
  if (only === "jwt" && kind !== "app") throw new Refusal(401, "A JSON web token could not be decoded");
  if (only === "app" && kind !== "installation" && kind !== "job") {
    throw new Refusal(403, "You must authenticate via a GitHub App.");
  }
  if (only === "installation" && kind !== "installation") {
    throw new Refusal(
      403,
      "You must authenticate with an installation access token in order to list repositories for an installation.",
    );
  }
}

function demandRole(wanted: Needs, user: User, repository: Repository): void {
  if (atLeast(roleOf(repository, user), wanted.user)) return;
  if (wanted.user === "read") throw notFound();
  throw new Refusal(
    403,
    wanted.user === "admin"
      ? "Must have admin rights to Repository."
      : "Must have push access to repository.",
  );
}

function demandPermission(op: OperationId, wanted: Needs, held: Permissions, repository: Repository): void {
  if (wanted.any.some((one) => grants(held, one))) return;
  const publicRead = !repository.private && !isWrite(wanted) && op !== "actions/download-artifact";
  if (publicRead) return;
  throw new Refusal(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": acceptedHeader(wanted) },
  });
}

const isWrite = ({ any }: Needs): boolean => any.some((one) => Object.values(one).includes("write"));
