/** An app proves itself by a short-lived RS256 token; the checks and words are GitHub's. */
import { verify } from "node:crypto";
import { z } from "zod";
import { Refusal } from "../http/answer.ts";
import type { App } from "../state/model.ts";
import type { World } from "../state/world.ts";

const header = z.object({ alg: z.literal("RS256") });
const claims = z.object({
  iss: z.union([z.string(), z.number()]).transform(String),
  iat: z.number(),
  exp: z.number(),
});
const LONGEST_LIFE_SECONDS = 600;

const undecodable = () => new Refusal(401, "A JSON web token could not be decoded");

export function readAppJwt(world: World, token: string): App {
  const [head = "", body = "", signature = ""] = token.split(".");
  const parsed = claims.safeParse(part(body));
  if (!header.safeParse(part(head)).success || !parsed.success) throw undecodable();
  const { iss, iat, exp } = parsed.data;
  const app = world.apps.get(Number(iss));
  if (app === undefined) throw new Refusal(404, "Integration not found");
  const genuine = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${body}`),
    app.publicKey,
    Buffer.from(signature, "base64url"),
  );
  if (!genuine) throw undecodable();
  const now = world.clock.now() / 1000;
  if (iat > now + 60) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued.",
    );
  }
  if (exp <= now) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires.",
    );
  }
  if (exp > now + LONGEST_LIFE_SECONDS + 60) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future.");
  }
  return app;
}

function part(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return undefined;
  }
}
