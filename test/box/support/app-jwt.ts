import { createSign } from "node:crypto";
import type { RegisteredApp } from "../../../box/setup/apps.ts";

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An app's own token, with claims to break on purpose. */
export function appJwt({ app, privateKey }: RegisteredApp, nowMs: number, claims: object = {}): string {
  const now = Math.floor(nowMs / 1000);
  const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iat: now - 30, exp: now + 540, iss: app.id, ...claims })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
}
