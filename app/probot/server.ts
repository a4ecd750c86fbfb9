/** The app as a process: Probot's signed webhooks over HTTP, the sweep, and a clean end. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, Probot, ProbotOctokit } from "probot";
import { machineClock } from "../../engine/drive/clock.ts";
import { redactor } from "../../engine/report/redact.ts";
import { runPages } from "../pages/pages.ts";
import { runSource } from "../pages/source.ts";
import { attractorApp } from "./app.ts";
import { createHost, type Host } from "./host.ts";

export interface AppOptions {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly port: number;
  readonly apiUrl?: string;
  readonly serverUrl: string;
  readonly sweepEveryMs: number;
  /** Where people reach this process, for links to its run pages; none are served without it. */
  readonly publicUrl?: string;
  readonly report: (message: string, error: unknown) => void;
}

export interface RunningApp {
  readonly url: string;
  readonly host: Host;
  /** Opens the list of a repository's runs; null without run pages. */
  runsUrl(repository: string): string | null;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

export async function startApp(options: AppOptions): Promise<RunningApp> {
  // Queues and retries are ours to decide: a dispatch that is retried blindly is a second dispatch.
  const Octokit = ProbotOctokit.defaults({ retry: { enabled: false }, throttle: { enabled: false } });
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    Octokit,
    logLevel: "fatal",
    ...(options.apiUrl ? { baseUrl: options.apiUrl } : {}),
  });
  await probot.ready();
  const redact = redactor([options.webhookSecret]);
  const { publicUrl } = options;
  const installations = new Map<string, number>();
  const source = runSource(async (repository) => {
    const known = installations.get(repository) ?? (await installationOn(probot, repository));
    installations.set(repository, known);
    return host.repository(known, repository);
  });
  const pages =
    publicUrl === undefined
      ? null
      : runPages({
          source,
          webhookSecret: options.webhookSecret,
          now: () => machineClock.now(),
          redact,
          serverUrl: options.serverUrl,
          lookEveryMs: LOOK_EVERY_MS,
        });
  const host: Host = createHost({
    octokit: (installation) => probot.auth(installation),
    clock: machineClock,
    redact,
    pageUrl: pages && ((repository, runId) => `${publicUrl}${pages.runPath(repository, runId)}`),
    serverUrl: options.serverUrl,
    report: options.report,
  });
  const app = attractorApp(host);
  const middleware = await createNodeMiddleware(async (p) => app(p), { probot, webhooksPath: "/webhooks" });
  const server: Server = createServer((request, response) => {
    void middleware(request, response, () => {
      const page = pages?.handle(request, response) ?? Promise.resolve(false);
      page.then(
        (served) => served || response.writeHead(404).end(),
        (error: unknown) => {
          options.report(`page ${request.url?.split("?")[0]} failed`, error);
          if (!response.headersSent) response.writeHead(502);
          response.end("GitHub did not answer; try again in a moment\n");
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port, "127.0.0.1", resolve));

  const sweep = async (): Promise<void> => {
    const octokit = await probot.auth();
    const installations: { id: number; repositories: string[] }[] = [];
    for (const { id } of await octokit.paginate("GET /app/installations", { per_page: 100 })) {
      const one = await probot.auth(id);
      const repositories = await one.paginate("GET /installation/repositories", { per_page: 100 });
      installations.push({
        id,
        repositories: (repositories as unknown as { full_name: string }[]).map((repo) => repo.full_name),
      });
    }
    await host.sweep(installations);
  };
  const timer = setInterval(() => host.later("sweep", sweep), options.sweepEveryMs);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    host,
    runsUrl: (repository) => pages && `${publicUrl}${pages.listPath(repository)}`,
    sweep,
    async close() {
      clearInterval(timer);
      pages?.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await host.idle();
    },
  };
}

/** A watched run costs one read this often. */
const LOOK_EVERY_MS = 5000;

async function installationOn(probot: Probot, fullName: string): Promise<number> {
  const [owner = "", repo = ""] = fullName.split("/");
  const { data } = await (await probot.auth()).request("GET /repos/{owner}/{repo}/installation", {
    owner,
    repo,
  });
  return data.id;
}
