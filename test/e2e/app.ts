/** The app beside a scene: registered, installed, reachable by the box's webhooks. */

import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";
import { type RunningApp, startApp } from "../../app/probot/server.ts";
import { allRuns } from "./inspect.ts";
import type { Scene } from "./support.ts";

export interface Served {
  readonly app: RunningApp;
  /** What the app could not do; empty when all is well. */
  readonly failures: string[];
  /** Until nothing moves any more: no webhook, no job, no work of the app. */
  settle(): Promise<void>;
}

export async function serve(s: Scene): Promise<Served> {
  const port = await freePort();
  const { app, privateKey } = s.box.registerApp({
    slug: "attractor",
    owner: s.user,
    permissions: {
      actions: "write",
      checks: "write",
      contents: "write",
      issues: "write",
      pull_requests: "write",
      metadata: "read",
    },
    events: ["issue_comment", "workflow_run", "check_run", "pull_request"],
    hook: { url: `http://127.0.0.1:${port}/webhooks`, secret: "secret" },
  });
  const failures: string[] = [];
  const running = await startApp({
    appId: app.id,
    privateKey,
    webhookSecret: "secret",
    port,
    apiUrl: s.box.apiUrl,
    serverUrl: s.box.url,
    sweepEveryMs: 3_600_000,
    report: (message, error) =>
      failures.push(`${message}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  onTestFinished(() => running.close());
  s.box.install(app, s.user);
  return {
    app: running,
    failures,
    async settle() {
      for (let still = 0; still < 3; ) {
        const before = s.box.requests.length;
        await s.box.idle();
        await running.host.idle();
        await allRuns(s);
        still = s.box.requests.length === before ? still + 1 : 0;
      }
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
