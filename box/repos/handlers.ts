import { roleOf } from "../auth/permission.ts";
import { notFound, ok } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import type { Role } from "../state/model.ts";
import { findUser } from "../state/world.ts";
import { userShape } from "../users/shape.ts";
import { fullRepositoryShape, rights } from "./shape.ts";

export const getRepository: RepositoryHandler = ({ world, repository, principal }) =>
  ok(fullRepositoryShape(world, repository, principal));

/** The old four words: who may triage only reads, who may maintain only writes. `role_name` has the true role. */
const LEGACY: Readonly<Record<Role, string>> = {
  read: "read",
  triage: "read",
  write: "write",
  maintain: "write",
  admin: "admin",
};

export const getPermission: RepositoryHandler = ({ world, repository, params }) => {
  const user = findUser(world, params.username!);
  if (user === undefined) throw notFound();
  const role = roleOf(repository, user);
  const named = { permission: role === undefined ? "none" : LEGACY[role], role_name: role ?? "none" };
  return ok({
    ...named,
    user: { ...userShape(world, user), ...named, permissions: rights(repository, user) },
  });
};
