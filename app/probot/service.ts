/** The app without its ears: credentials, queues and looks, whether a server, a function or a timer calls. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { App, Octokit } from "octokit";
import { Probot } from "probot";
import { z } from "zod";
import { machineClock } from "../../engine/drive/clock.ts";
import { redactor } from "../../engine/report/redact.ts";
import { type AnyOctokit, patient } from "../github/patient.ts";
import { createMetrics, type Metrics } from "../http/metrics.ts";
import { statusOf } from "../ledger/git-data.ts";
import type { ServedRepository } from "../repository.ts";
import { attractorApp } from "./app.ts";
import { createHost, type Host } from "./host.ts";
import { redelivery } from "./redeliver.ts";

export interface ServiceOptions {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly apiUrl?: string;
  readonly serverUrl: string;
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

export interface Service {
  readonly probot: Probot;
  readonly host: Host;
  readonly metrics: Metrics;
  readonly pages: Pages | undefined;
  readonly log: (record: Readonly<Record<string, unknown>>) => void;
  readonly report: (message: string, error: unknown) => void;
  sweep(): Promise<void>;
  /** What was missed while nobody listened. */
  catchUp(): Promise<void>;
}

/** Raised when GitHub does not know the app by the credentials that it was started with. */
class UnknownApp extends Error {
  override readonly name = "UnknownApp";
  constructor(cause: unknown) {
    super(
      "GitHub does not take these credentials: compare APP_ID with the app's page there, and make a new private key if it is another app's",
      { cause },
    );
  }
}

const Slug = z.object({ slug: z.string() });

const quiet = (): void => undefined;
/** What goes wrong is reported by whoever asked. */
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** `alive`: until it aborts, runs are looked at again by the clock; a function that may be frozen has none. */
export async function createService(options: ServiceOptions, alive: AbortSignal | null): Promise<Service> {
  const { log = () => undefined } = options;
  const metrics = createMetrics();
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
  let slug: string | null = null;
  const pages = options.pages?.(served, redact);
  const host: Host = createHost({
    octokit: octokitOf,
    clock: machineClock,
    redact,
    pageUrl: pages ? (repository, runId) => pages.url(repository, runId) : null,
    serverUrl: options.serverUrl,
    me: async () => {
      slug ??= Slug.parse((await github.octokit.request("GET /app")).data).slug;
      return `${slug}[bot]`;
    },
    ...(alive ? { alive } : {}),
    report,
    looked(look) {
      metrics.count("attractor_looks_total", { found: look.status });
      log({ message: "looked", ...look });
    },
  });

  const app = attractorApp(host, (event) => metrics.count("attractor_deliveries_total", { event }));
  await probot.load(async (loaded) => app(loaded));
  const failed = redelivery(github.octokit);
  const sweep = async (): Promise<void> => {
    await failed.askAgain().catch((error: unknown) => report("asking for failed deliveries failed", error));
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

  return {
    probot,
    host,
    metrics,
    pages,
    log,
    report,
    sweep,
    async catchUp() {
      const again = await failed.askAgain().catch((error: unknown) => {
        throw statusOf(error) === 401 || statusOf(error) === 404 ? new UnknownApp(error) : error;
      });
      log({ message: "started", redelivered: again });
      await sweep();
    },
  };
}
