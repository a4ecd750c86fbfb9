/** The token by which a job's actions reach the artifact service: names run and job, is no GitHub token. */

import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { newest } from "../actions/record.ts";
import type { Job } from "../state/records.ts";
import type { World } from "../state/world.ts";

const LIFE_SECONDS = 24 * 60 * 60;
const claims = z.object({ scp: z.string(), exp: z.number() });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const sign = ({ serviceKey }: World, text: string): Buffer =>
  createHmac("sha256", serviceKey).update(text).digest();

export function runtimeToken(world: World, job: Job): string {
  const scp = `Actions.Results:${newest(job.run).backendId}:job-${job.id}`;
  const exp = Math.floor(world.clock.now() / 1000) + LIFE_SECONDS;
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ scp, exp, iss: "box" })}`;
  return `${text}.${sign(world, text).toString("base64url")}`;
}

export interface Scope {
  readonly runBackendId: string;
  readonly jobBackendId: string;
}

/** Undefined for a token that this box did not sign, that is over, or that has no results scope. */
export function readRuntimeToken(world: World, token: string): Scope | undefined {
  const [head = "", body = "", signature = ""] = token.split(".");
  const expected = sign(world, `${head}.${body}`);
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { scp, exp } = claims.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
  const [, runBackendId, jobBackendId] = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)(?: |$)/.exec(scp) ?? [];
  if (exp <= world.clock.now() / 1000 || runBackendId === undefined || jobBackendId === undefined)
    return undefined;
  return { runBackendId, jobBackendId };
}
