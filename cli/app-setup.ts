/** Registers the app with GitHub by Probot's own pages: the manifest is app.yml, the credentials land in .env. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { registration } from "../app/registration.ts";
import { EnvironmentError } from "./app-environment.ts";
import type { Terminal } from "./io.ts";

export async function setUp(terminal: Terminal): Promise<void> {
  const { env } = process;
  if (env.NODE_ENV === "production")
    throw new EnvironmentError(
      "APP_ID is missing",
      "register the app first: run `attractor app` where you can open a browser, then bring APP_ID, PRIVATE_KEY and WEBHOOK_SECRET here",
    );
  const port = env.PORT ?? "3000";
  const publicUrl = env.PUBLIC_URL?.replace(/\/$/, "");
  // Webhooks of a private repository are nobody else's: no relay is asked for one.
  env.NO_SMEE_SETUP = "true";
  const manifest = join(process.cwd(), "app.yml");
  const written = !existsSync(manifest);
  if (written)
    writeFileSync(
      manifest,
      stringify({
        ...registration(),
        hook_attributes: {
          url: `${publicUrl ?? `http://localhost:${port}`}/webhooks`,
          active: publicUrl !== undefined,
        },
      }),
    );
  try {
    const { run } = await import("probot");
    const server = await run(() => undefined);
    terminal.err(instructions(publicUrl ?? `http://localhost:${port}`, publicUrl === undefined));
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await server.stop();
  } catch (error) {
    if ((error as { code?: unknown }).code === "EADDRINUSE") throw portTaken(port);
    throw error;
  } finally {
    if (written) rmSync(manifest, { force: true });
  }
}

export const portTaken = (port: string | number): EnvironmentError =>
  new EnvironmentError(
    `port ${port} is taken by another program`,
    "stop that one, or set PORT to another number",
  );

const instructions = (url: string, unreachable: boolean): string => `
This app is not registered with GitHub yet. To register it:
  1. Open ${url}/probot and press "Register GitHub App". GitHub shows what it may do; choose a name.
  2. Choose the repositories it may see. Its credentials are written to .env in this folder: keep that file secret.
  3. Stop this program (Ctrl-C) and start \`attractor app\` again.
${
  unreachable
    ? `GitHub cannot send webhooks to ${url}. Either set PUBLIC_URL to the https address under which GitHub reaches this
program before you register (a tunnel will do), or set the webhook to https://YOUR-ADDRESS/webhooks on the app's page later.
`
    : ""
}`;
