import type { User } from "../state/model.ts";
import { findUser, type World } from "../state/world.ts";

/** The account of that name, made when it is new. */
export function account(world: World, login: string, type: User["type"] = "User"): User {
  const known = findUser(world, login);
  if (known !== undefined) return known;
  const user: User = { id: world.nextId(), login, type };
  world.users.set(login.toLowerCase(), user);
  return user;
}
