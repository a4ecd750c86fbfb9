/** The app as a process: Probot's signed webhooks over HTTP, the sweep, and a clean end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { App, Octokit } from "octokit";
import { createNodeMiddleware, Probot } from "probot";
import { machineClock } from "../../engine/drive/clock.ts";
import { redactor } from "../../engine/report/redact.ts";
import { type AnyOctokit, patient } from "../github/patient.ts";
import { bounded } from "../http/bounded.ts";
import { createMetrics } from "../http/metrics.ts";
import type { ServedRepository } from "../repository.ts";
import { attractorApp } from "./app.ts";
import { createHost, type Host } from "./host.ts";
import { redeliverFailed } from "./redeliver.ts";

export interface AppOptions {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly port: number;
  /** The address to listen on; loopback unless told. */
  readonly address?: string;
  readonly apiUrl?: string;
  readonly serverUrl: string;
  readonly sweepEveryMs: number;
  /** Between two writes that people see; a second unless told. */
  readonly writeGapMs?: number;
  readonly report: (message: string, error: unknown) => void;
  /** One record per thing done, for structured logs. */
  readonly log?: (record: Readonly<Record<string, unknown>>) => void;
  /** What else is served under the same address: pages of runs. */
  readonly pages?: (
    served: (repository: string) => Promise<ServedRepository>,
    redact: (text: string) => string,
  ) => Pages;
}

export interface Pages {
  url(repository: string, runId: string): string;
  /** False: not an address of these pages. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  close(): void;
}

export interface RunningApp {
  readonly url: string;
  readonly host: Host;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

const quiet = (): void => undefined;
/** What goes wrong is reported by whoever asked. */
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { log = () => undefined } = options;
  const metrics = createMetrics();
  const alive = new AbortController();
  const github = new App({
    appId: options.appId,
    privateKey: options.privateKey,
    // Queues and retries are ours to decide: a dispatch that is retried blindly is a second dispatch.
    Octokit: Octokit.defaults({
      retry: { enabled: false },
      throttle: { enabled: false },
      log: SILENT,
      ...(options.apiUrl ? { baseUrl: options.apiUrl } : {}),
    }),
    log: SILENT,
  });
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    logLevel: "fatal",
    ...(options.apiUrl ? { baseUrl: options.apiUrl } : {}),
  });
  await probot.ready();
  const redact = redactor([options.webhookSecret, options.privateKey]);
  const report = (message: string, error: unknown): void => {
    metrics.count("attractor_failures_total");
    options.report(message, error);
  };

  const octokits = new Map<number, Promise<AnyOctokit>>();
  const octokitOf = (id: number): Promise<AnyOctokit> => {
    let found = octokits.get(id);
    if (!found) {
      found = github.getInstallationOctokit(id).then((octokit) =>
        patient(octokit, {
          clock: machineClock,
          gapMs: options.writeGapMs ?? 1000,
          renew: () => octokit.auth({ type: "installation", installationId: id, refresh: true }),
          count(route, status) {
            metrics.count("attractor_api_requests_total", {
              method: route.split(" ")[0] ?? "",
              status: String(status),
            });
            if (route.endsWith("/dispatches")) metrics.count("attractor_dispatches_total");
          },
        }),
      );
      octokits.set(id, found);
      found.catch(() => octokits.delete(id));
    }
    return found;
  };

  const served = async (repository: string): Promise<ServedRepository> => {
    const [owner, repo] = repository.split("/");
    const { data } = await github.octokit.request("GET /repos/{owner}/{repo}/installation", {
      owner: owner!,
      repo: repo!,
    });
    return host.repository(data.id, repository);
  };
  const pages = options.pages?.(served, redact);
  const host: Host = createHost({
    octokit: octokitOf,
    clock: machineClock,
    redact,
    pageUrl: pages ? (repository, runId) => pages.url(repository, runId) : null,
    serverUrl: options.serverUrl,
    alive: alive.signal,
    report,
    looked(look) {
      metrics.count("attractor_looks_total", { found: look.status });
      log({ message: "looked", ...look });
    },
  });

  const app = attractorApp(host, (event) => metrics.count("attractor_deliveries_total", { event }));
  const webhooks = await createNodeMiddleware(async (p) => app(p), { probot, webhooksPath: "/webhooks" });
  const server: Server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      report("a request failed", error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split("?")[0];
    if (request.method === "GET" && path === "/healthz") {
      response.writeHead(alive.signal.aborted ? 503 : 200).end("ok\n");
    } else if (request.method === "GET" && path === "/metrics") {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(metrics.text());
    } else if (path === "/webhooks") {
      const raw = await bounded(request, response);
      if (raw === null) return;
      const delivery = request.headers["x-github-delivery"];
      await webhooks(Object.assign(request, { body: raw }), response);
      log({
        message: "delivery",
        delivery,
        event: request.headers["x-github-event"],
        status: response.statusCode,
      });
    } else if (!(await pages?.handle(request, response))) {
      response.writeHead(404).end();
    }
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address ?? "127.0.0.1", resolve);
  });

  const sweep = async (): Promise<void> => {
    const installations: { id: number; repositories: string[] }[] = [];
    for (const { id } of await github.octokit.paginate("GET /app/installations", { per_page: 100 })) {
      const one = await github.getInstallationOctokit(id);
      const repositories = await one.paginate("GET /installation/repositories", { per_page: 100 });
      installations.push({
        id,
        repositories: (repositories as unknown as { full_name: string }[]).map((repo) => repo.full_name),
      });
    }
    await host.sweep(installations);
  };
  host.later("start", async () => {
    const again = await redeliverFailed(github.octokit);
    log({ message: "started", redelivered: again });
    await sweep();
  });
  const timer = setInterval(() => host.later("sweep", sweep), options.sweepEveryMs);
  return {
    url: `http://${options.address ?? "127.0.0.1"}:${(server.address() as AddressInfo).port}`,
    host,
    sweep,
    async close() {
      alive.abort();
      clearInterval(timer);
      pages?.close();
      server.closeIdleConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await host.idle();
    },
  };
}
