/** Names a caller in the environment of a git hook, and finds it again. */
import type { Principal } from "../auth/principal.ts";
import { userOf } from "../auth/tokens.ts";
import type { User } from "../state/model.ts";
import { findUser, type World } from "../state/world.ts";

export interface Pusher {
  readonly sender: User;
  readonly byJobToken: boolean;
}

const JOB = "job";

export function pusherName(world: World, principal: Principal): string {
  return principal.kind === "job" ? JOB : userOf(world, principal).login;
}

export function pusherOf(world: World, name: string): Pusher {
  if (name === JOB) return { sender: world.actionsApp.bot, byJobToken: true };
  const user = findUser(world, name);
  if (user === undefined) throw new Error(`a push names "${name}", who is nobody in this box`);
  return { sender: user, byJobToken: false };
}

export const pusherFrom = (world: World, principal: Principal): Pusher => ({
  sender: userOf(world, principal),
  byJobToken: principal.kind === "job",
});
