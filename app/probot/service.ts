/** The app without its ears: credentials, queues and looks, whether a server, a function or a timer calls. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { App, Octokit } from "octokit";
import { Probot } from "probot";
import { z } from "zod";
import { type Clock, machineClock } from "../../engine/clock.ts";
import { redactor } from "../../engine/redact/redact.ts";
import { gitHubClock } from "../../github/api/clock.ts";
import { everyPage } from "../../github/api/every-page.ts";
import { type AnyOctokit, withRateLimits } from "../../github/api/rate-limit.ts";
import { createHost } from "../../github/host/host.ts";
import type { Host } from "../../github/host/port.ts";
import { statusOf } from "../../github/ledger/git-data.ts";
import type { ServedRepository } from "../../github/repository.ts";
import { runQueue } from "../../github/run-queue.ts";
import { createMetrics, type Metrics } from "../http/metrics.ts";
import { attractorApp } from "./app.ts";
import { redelivery } from "./redeliver.ts";

export interface ServiceOptions {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly apiUrl?: string;
  readonly serverUrl: string;
  /** The machine's unless told. */
  readonly clock?: Clock;
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
const Installation = z.object({ id: z.number() });
const Installations = z.array(Installation.extend({ suspended_at: z.string().nullish() }));
const Repositories = z
  .object({ repositories: z.array(z.object({ full_name: z.string() })) })
  .transform(({ repositories }) => repositories.map(({ full_name }) => full_name));

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

  const clock = gitHubClock(options.clock ?? machineClock);
  const counting = (route: string, status: number): void => {
    metrics.count("attractor_api_requests_total", {
      method: route.split(" ")[0] ?? "",
      status: String(status),
    });
    if (route.endsWith("/dispatches")) metrics.count("attractor_dispatches_total");
  };
  const patience = {
    // Pauses are lengths of time: a clock that is set anew must not stretch them.
    clock: { ...machineClock, now: machineClock.elapsed },
    gapMs: options.writeGapMs ?? 1000,
    count: counting,
    heard: clock.heard,
  };
  const asApp = withRateLimits(github.octokit, { ...patience, renew: async () => undefined });

  const octokits = new Map<number, Promise<AnyOctokit>>();
  const octokitOf = (id: number): Promise<AnyOctokit> => {
    let found = octokits.get(id);
    if (!found) {
      found = github.getInstallationOctokit(id).then((octokit) =>
        withRateLimits(octokit, {
          ...patience,
          renew: () => octokit.auth({ type: "installation", installationId: id, refresh: true }),
        }),
      );
      octokits.set(id, found);
      found.catch(() => octokits.delete(id));
    }
    return found;
  };

  const served = async (repository: string): Promise<ServedRepository> => {
    const [owner, repo] = repository.split("/");
    const { data } = await asApp.request("GET /repos/{owner}/{repo}/installation", { owner, repo });
    return host.repository(Installation.parse(data).id, repository);
  };
  let slug: string | null = null;
  const pages = options.pages?.(served, redact);
  const host: Host = createHost({
    octokit: octokitOf,
    clock,
    redact,
    pageUrl: pages ? (repository, runId) => pages.url(repository, runId) : null,
    serverUrl: options.serverUrl,
    me: async () => {
      slug ??= Slug.parse((await asApp.request("GET /app")).data).slug;
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
  const failed = redelivery(asApp);
  const sweepOnce = async (): Promise<void> => {
    await failed.askAgain().catch((error: unknown) => report("asking for failed deliveries failed", error));
    const installations: { id: number; repositories: readonly string[] }[] = [];
    for (const { id, suspended_at } of await everyPage(asApp, "GET /app/installations", Installations)) {
      if (suspended_at) continue;
      // One whose token is refused must not hide the others.
      try {
        const repositories = await everyPage(
          await octokitOf(id),
          "GET /installation/repositories",
          Repositories,
        );
        installations.push({ id, repositories });
      } catch (error) {
        report(`listing the repositories of installation ${id} failed`, error);
      }
    }
    await host.sweep(installations);
  };

  // One at a time: whoever asks meanwhile gets the one after it.
  const sweeps = runQueue(sweepOnce);
  const sweep = (): Promise<void> => sweeps.look("sweep");

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
