/** The app beside a scene: registered, installed, reachable by the box's webhooks. */

import { createServer as createWebServer } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { appFunction } from "../../app/probot/function.ts";
import { startApp } from "../../app/probot/server.ts";
import type { ServiceOptions } from "../../app/probot/service.ts";
import { registration } from "../../app/registration.ts";
import { freePort } from "../../demo/free-port.ts";
import { allRuns } from "./inspect.ts";
import type { Scene } from "./support.ts";

export interface Served {
  /** What the app could not do; empty when all is well. */
  readonly failures: string[];
  /** Until nothing moves any more: no webhook, no job, no work of the app. */
  settle(): Promise<void>;
}

/** `function`: without a clock of its own, so that every request answers a webhook. */
export async function serve(s: Scene, as: "process" | "function" = "process"): Promise<Served> {
  const port = await freePort();
  const asked = registration();
  const { app, privateKey } = s.box.registerApp({
    slug: "attractor",
    owner: s.user,
    permissions: asked.default_permissions,
    events: asked.default_events,
    hook: { url: `http://127.0.0.1:${port}/webhooks`, secret: "secret" },
  });
  const failures: string[] = [];
  const idle = await (as === "process" ? asProcess : asFunction)(
    {
      appId: app.id,
      privateKey,
      webhookSecret: "secret",
      apiUrl: s.box.apiUrl,
      serverUrl: s.box.url,
      report: (message, error) =>
        failures.push(`${message}: ${error instanceof Error ? error.stack : String(error)}`),
    },
    port,
  );
  s.box.install(app, s.user);
  return {
    failures,
    async settle() {
      for (let still = 0; still < 3; ) {
        const before = s.box.requests.length;
        await s.box.idle();
        await idle();
        await allRuns(s);
        still = s.box.requests.length === before ? still + 1 : 0;
      }
    },
  };
}

async function asProcess(options: ServiceOptions, port: number): Promise<() => Promise<void>> {
  const running = await startApp({ ...options, port, sweepEveryMs: 3_600_000 });
  onTestFinished(() => running.close());
  return () => running.host.idle();
}

async function asFunction(options: ServiceOptions, port: number): Promise<() => Promise<void>> {
  const app = await appFunction(options);
  const working = new Set<Promise<unknown>>();
  const server = createWebServer((request, response) => {
    const work = (async () => {
      const headers = request.headers as Record<string, string>;
      const { status, body } = await app.webhook({ headers, rawBody: await text(request) });
      response.writeHead(status).end(body);
    })().finally(() => working.delete(work));
    working.add(work);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return async () => void (await Promise.allSettled([...working]));
}
