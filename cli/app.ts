/** `attractor app`: the coordinator as a service; without credentials, the page that makes them. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { runPages } from "../app/pages/pages.ts";
import { type RunningApp, startApp } from "../app/probot/server.ts";
import { redactor } from "../engine/report/redact.ts";
import { tell } from "./errors.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { options } from "./options.ts";

const USAGE = `usage: attractor app [--setup]

Runs the coordinator app until it is told to stop. It is configured by its environment (or a file .env beside it):
  APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH, WEBHOOK_SECRET   what GitHub gave when the app was registered
  PORT (3000), HOST (127.0.0.1)                             where it listens: /webhooks, /runs, /healthz, /metrics
  PUBLIC_URL                                                its address for people, for links to pages of runs
  SWEEP_SECONDS (60)                                        how often every open run is looked at
  GITHUB_API_URL, GITHUB_SERVER_URL                         another GitHub
Without APP_ID, or with --setup, a page registers the app with the least permissions and writes .env.
Exit code: 0 stopped, 2 the environment is not right.
`;

const Env = z.object({
  APP_ID: z.coerce.number().int().positive(),
  PRIVATE_KEY: z.string().min(1).optional(),
  PRIVATE_KEY_PATH: z.string().min(1).optional(),
  WEBHOOK_SECRET: z.string().min(1),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_URL: z.url().optional(),
  SWEEP_SECONDS: z.coerce.number().int().min(1).default(60),
  GITHUB_API_URL: z.url().optional(),
  GITHUB_SERVER_URL: z.url().default("https://github.com"),
});

/** Raised when the environment cannot start an app. */
class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  readonly mend = "set it in the environment or in .env; `attractor app --help` lists all";
}

const LOOK_EVERY_MS = 5_000;

export async function runApp(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values } = options(args, {
      setup: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    });
    if (values.help) {
      terminal.out(USAGE);
      return EXIT.success;
    }
    if (existsSync(".env")) process.loadEnvFile(".env");
    if (values.setup || process.env.APP_ID === undefined) return await setUp(terminal);
    const running = await serve(readEnv(process.env), terminal);
    terminal.err(`attractor app listens on ${running.url}\n`);
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await running.close();
    return EXIT.success;
  } catch (error) {
    return tell(terminal, "app", USAGE, error);
  }
}

function readEnv(env: NodeJS.ProcessEnv) {
  const read = Env.safeParse(env);
  if (!read.success) {
    const [first] = read.error.issues;
    throw new EnvironmentError(
      `${first?.path.join(".") ?? "the environment"}: ${first?.message ?? "not right"}`,
    );
  }
  const { PRIVATE_KEY, PRIVATE_KEY_PATH } = read.data;
  const key =
    PRIVATE_KEY?.replaceAll("\\n", "\n") ?? (PRIVATE_KEY_PATH && readFileSync(PRIVATE_KEY_PATH, "utf8"));
  if (!key) throw new EnvironmentError("PRIVATE_KEY: the app's key is missing");
  return { ...read.data, key };
}

function serve(env: ReturnType<typeof readEnv>, terminal: Terminal): Promise<RunningApp> {
  const redact = redactor([env.WEBHOOK_SECRET, env.key]);
  const log = (record: Readonly<Record<string, unknown>>): void =>
    terminal.out(`${redact(JSON.stringify({ at: new Date().toISOString(), ...record }))}\n`);
  return startApp({
    appId: env.APP_ID,
    privateKey: env.key,
    webhookSecret: env.WEBHOOK_SECRET,
    port: env.PORT,
    address: env.HOST,
    serverUrl: env.GITHUB_SERVER_URL,
    sweepEveryMs: env.SWEEP_SECONDS * 1000,
    log,
    report: (message, error) =>
      log({
        level: "error",
        message,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    ...(env.GITHUB_API_URL ? { apiUrl: env.GITHUB_API_URL } : {}),
    ...(env.PUBLIC_URL
      ? {
          pages: runPages({
            publicUrl: env.PUBLIC_URL,
            webhookSecret: env.WEBHOOK_SECRET,
            now: Date.now,
            serverUrl: env.GITHUB_SERVER_URL,
            lookEveryMs: LOOK_EVERY_MS,
          }),
        }
      : {}),
  });
}

/** Probot's own setup reads the manifest from the folder it is started in. */
async function setUp(terminal: Terminal): Promise<number> {
  const manifest = join(process.cwd(), "app.yml");
  if (!existsSync(manifest))
    writeFileSync(manifest, readFileSync(new URL("../app/app.yml", import.meta.url)));
  terminal.err("attractor app has no APP_ID: open the address below to register it; then start it again\n");
  const { run } = await import("probot");
  await run(() => undefined);
  await new Promise<void>((resolve) => process.once("SIGINT", () => resolve()));
  return EXIT.success;
}
