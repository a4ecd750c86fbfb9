/** What the environment says of the app, or in plain words what is wrong with it. */

import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { FixableError } from "../engine/fixable-error.ts";
import { messageOf } from "../engine/message-of.ts";

/** Raised when the environment cannot start an app. */
export class EnvironmentError extends FixableError {
  override readonly name = "EnvironmentError";
}

const WHERE = "set it in the environment or in a file .env here; `attractor app --help` lists all";

/** What Probot signs with when nobody says otherwise: everybody knows it. */
const KNOWN_SECRETS = new Set(["development"]);

const number = (what: string, least: number, most: number) =>
  z.coerce
    .number({ error: what })
    .int({ error: what })
    .min(least, { error: what })
    .max(most, { error: what });
const address = z.url({
  protocol: /^https?$/,
  error: "must be an address like https://attractor.example.com",
});

const Env = z.object({
  APP_ID: number("must be the number on the app's page at GitHub", 1, Number.MAX_SAFE_INTEGER),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: z.string({
    error: "is missing: without it anybody could send webhooks; it is the one on the app's page at GitHub",
  }),
  PORT: number("must be a port, 0 to 65535", 0, 65_535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  PUBLIC_URL: address.optional(),
  SWEEP_SECONDS: number("must be whole seconds, 1 or more", 1, 86_400).default(60),
  GITHUB_API_URL: address.optional(),
  GITHUB_SERVER_URL: address.default("https://github.com"),
});

export type AppEnvironment = z.infer<typeof Env> & { readonly key: string };

export function readEnvironment(env: NodeJS.ProcessEnv): AppEnvironment {
  const read = Env.safeParse(env);
  if (!read.success) {
    const [first] = read.error.issues;
    throw new EnvironmentError(`${first?.path.join(".")} ${first?.message}`, WHERE);
  }
  const secret = read.data.WEBHOOK_SECRET.trim();
  if (secret === "" || KNOWN_SECRETS.has(secret)) {
    throw new EnvironmentError(
      `WEBHOOK_SECRET ${secret === "" ? "is empty" : `is ${JSON.stringify(secret)}, which everybody knows`}: anybody could send webhooks`,
      "make a long random one, set it on the app's page at GitHub and here",
    );
  }
  return { ...read.data, key: keyOf(read.data) };
}

/** Who the app is, where nothing else of it is needed. */
export function appKey(env: NodeJS.ProcessEnv): { readonly id: number; readonly key: string } {
  const id = Env.shape.APP_ID.safeParse(env.APP_ID);
  if (!id.success) throw new EnvironmentError(`APP_ID ${id.error.issues[0]?.message}`, WHERE);
  return { id: id.data, key: keyOf(env) };
}

function keyOf({
  PRIVATE_KEY,
  PRIVATE_KEY_PATH,
}: Pick<NodeJS.ProcessEnv, "PRIVATE_KEY" | "PRIVATE_KEY_PATH">): string {
  const [name, given] = PRIVATE_KEY
    ? ["PRIVATE_KEY", PRIVATE_KEY]
    : ["PRIVATE_KEY_PATH", PRIVATE_KEY_PATH ? contentOf(PRIVATE_KEY_PATH) : ""];
  if (given.trim() === "") {
    throw new EnvironmentError(
      "PRIVATE_KEY is missing, and so is PRIVATE_KEY_PATH",
      `make a private key on the app's page at GitHub; ${WHERE}`,
    );
  }
  // One line with \n in it, or base64 over it all: what hosts make of a PEM.
  const plain = given.includes("-----BEGIN") ? given : Buffer.from(given, "base64").toString("utf8");
  const key = plain.replaceAll("\\n", "\n");
  try {
    if (createPrivateKey(key).asymmetricKeyType === "rsa") return key;
  } catch {
    // Said below; what OpenSSL says helps nobody.
  }
  throw new EnvironmentError(
    `${name} is no RSA private key`,
    "give the whole .pem file that GitHub let you download, from -----BEGIN to END-----; PRIVATE_KEY_PATH may name the file",
  );
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new EnvironmentError(
      `PRIVATE_KEY_PATH ${path} cannot be read: ${messageOf(error)}`,
      "name the .pem file that GitHub let you download",
    );
  }
}
