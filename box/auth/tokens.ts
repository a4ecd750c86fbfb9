/** Tokens the box has given out, and whom a request comes from. */

import { randomBytes } from "node:crypto";
import { Refusal } from "../http/answer.ts";
import type { App, User } from "../state/model.ts";
import type { World } from "../state/world.ts";
import { readAppJwt } from "./app-jwt.ts";
import type { Principal, Token } from "./principal.ts";

const PREFIX = { user: "ghp_", installation: "ghs_", job: "ghs_" } as const;

export function issueToken(
  world: World,
  principal: Principal & { kind: keyof typeof PREFIX },
  lifeMs = Number.POSITIVE_INFINITY,
): string {
  const text = `${PREFIX[principal.kind]}${randomBytes(27).toString("base64url").replaceAll(/[-_]/g, "x")}`;
  world.tokens.set(text, { principal, expiresAt: world.clock.now() + lifeMs, revoked: false });
  return text;
}

/** Throws GitHub's 401. A missing header is an anonymous caller, who may read public things. */
export function identify(world: World, authorization: string | undefined): Principal {
  const text = credential(authorization);
  if (text === undefined) return { kind: "anonymous" };
  if (text.split(".").length === 3) return { kind: "app", app: readAppJwt(world, text) };
  return liveToken(world, text)?.principal ?? refuseCredentials();
}

/** For git over HTTP: any token as the password of any user name. */
export function principalOfToken(world: World, text: string): Principal | undefined {
  return liveToken(world, text)?.principal;
}

export function refuseCredentials(): never {
  throw new Refusal(401, "Bad credentials");
}

function liveToken(world: World, text: string): Token | undefined {
  const token = world.tokens.get(text);
  return token === undefined || token.revoked || token.expiresAt <= world.clock.now() ? undefined : token;
}

function credential(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [scheme = "", value = ""] = authorization.split(" ", 2);
  if (/^(token|bearer)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return refuseCredentials();
  return Buffer.from(value, "base64").toString().split(":").slice(1).join(":");
}

/** Who a write is credited to. */
export function userOf(world: World, principal: Principal): User {
  if (principal.kind === "user") return principal.user;
  if (principal.kind === "installation") return principal.installation.app.bot;
  if (principal.kind === "job") return world.actionsApp.bot;
  if (principal.kind === "app") return principal.app.bot;
  throw new Refusal(401, "Requires authentication");
}

/** The app behind a token: a job's token is the github-actions app. */
export function appOf(world: World, principal: Principal): App | undefined {
  if (principal.kind === "installation") return principal.installation.app;
  return principal.kind === "job" ? world.actionsApp : undefined;
}
