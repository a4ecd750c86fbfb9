/** `attractor app`: the coordinator as a service; without credentials, the page that makes them. */
import { existsSync } from "node:fs";
import { runPages } from "../app/pages/pages.ts";
import { type RunningApp, startApp } from "../app/probot/server.ts";
import { redactor } from "../engine/redact/redact.ts";
import { type AppEnvironment, readEnvironment } from "./app-environment.ts";
import { portTaken, setUp } from "./app-setup.ts";
import { command, noWords } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";

const USAGE = `usage: attractor app [--setup]

Runs the coordinator app until it is told to stop. It is configured by its environment (or a file .env beside it):
  APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH, WEBHOOK_SECRET   what GitHub gave when the app was registered
  PORT (3000), HOST (127.0.0.1)                             where it listens: /webhooks, /runs, /healthz, /metrics
  PUBLIC_URL                                                its address for people, for links to pages of runs
  SWEEP_SECONDS (60)                                        how often every open run is looked at
  GITHUB_API_URL, GITHUB_SERVER_URL                         another GitHub
Without any credentials, or with --setup, a page registers the app with the least permissions and writes .env.
Exit code: 0 stopped, 2 the environment is not right.
`;

const LOOK_EVERY_MS = 5_000;

export const runApp = command({
  name: "app",
  usage: USAGE,
  options: {
    setup: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    noWords(positionals, "attractor app takes no word");
    if (existsSync(".env")) process.loadEnvFile(".env");
    if (values.setup || isUntouched(process.env)) {
      await setUp(terminal);
      return EXIT.success;
    }
    const env = readEnvironment(process.env);
    const running = await serve(env, terminal).catch((error: unknown) => {
      throw (error as { code?: unknown }).code === "EADDRINUSE" ? portTaken(env.PORT) : error;
    });
    terminal.err(`attractor app listens on ${running.url}\n`);
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await running.close();
    return EXIT.success;
  },
});

/** Who gave a part of the credentials does not want to register a new app. */
const isUntouched = (env: NodeJS.ProcessEnv): boolean =>
  !env.APP_ID && !env.PRIVATE_KEY && !env.PRIVATE_KEY_PATH && !env.WEBHOOK_SECRET;

function serve(env: AppEnvironment, terminal: Terminal): Promise<RunningApp> {
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
