/** What stands behind the webhooks: repositories served, runs queued, work that goes on after the answer. */
import type { Clock } from "../../engine/drive/clock.ts";
import { gitHub } from "../github/request.ts";
import { runQueue } from "../queue.ts";
import { type ServedRepository, serveRepository } from "../repository.ts";

interface AnyOctokit {
  request(route: string, parameters?: Record<string, unknown>): Promise<{ status: number; data: unknown }>;
}

export interface HostOptions {
  /** An Octokit of an installation; its tokens renew themselves. */
  readonly octokit: (installation: number) => Promise<AnyOctokit>;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly pageUrl: ((repository: string, runId: string) => string) | null;
  readonly serverUrl: string;
  /** Who decides for the runs that start here; the app when nobody says otherwise. */
  readonly coordinator?: "app" | "workflow";
  readonly report: (message: string, error: unknown) => void;
}

export interface Host {
  repository(installation: number, fullName: string): Promise<ServedRepository>;
  look(installation: number, fullName: string, runId: string): Promise<void>;
  /** Beside nothing else of the same run. */
  exclusive<T>(fullName: string, runId: string, work: () => Promise<T>): Promise<T>;
  /** Acknowledge now, work after: GitHub waits ten seconds and delivers once. */
  later(delivery: string, work: () => Promise<void>): void;
  /** Every open run of every repository looked at; the net under lost webhooks. */
  sweep(installations: readonly { id: number; repositories: readonly string[] }[]): Promise<void>;
  idle(): Promise<void>;
}

const keyOf = (installation: number, fullName: string, runId: string): string =>
  `${installation} ${fullName} ${runId}`;

export function createHost(options: HostOptions): Host {
  const served = new Map<string, Promise<ServedRepository>>();
  const working = new Set<Promise<void>>();

  const repository = (installation: number, fullName: string): Promise<ServedRepository> => {
    let found = served.get(fullName);
    if (!found) {
      const { pageUrl } = options;
      found = options.octokit(installation).then((octokit) =>
        serveRepository({
          github: gitHub(octokit, fullName),
          clock: options.clock,
          redact: options.redact,
          pageUrl: pageUrl === null ? null : (runId) => pageUrl(fullName, runId),
          serverUrl: options.serverUrl,
          coordinator: options.coordinator ?? "app",
        }),
      );
      served.set(fullName, found);
      found.catch(() => served.delete(fullName));
    }
    return found;
  };

  const queue = runQueue(async (key) => {
    const [installation = "", fullName = "", runId = ""] = key.split(" ");
    await (await repository(Number(installation), fullName)).coordinate(runId);
  });

  const later = (what: string, work: () => Promise<void>): void => {
    const job = work()
      .catch((error: unknown) => options.report(`delivery ${what} failed; the sweep looks again`, error))
      .finally(() => working.delete(job));
    working.add(job);
  };

  return {
    repository,
    look: (installation, fullName, runId) => queue.look(keyOf(installation, fullName, runId)),
    exclusive: (fullName, runId, work) => queue.exclusive(`${fullName} ${runId}`, work),
    later,
    async sweep(installations) {
      for (const { id, repositories } of installations) {
        for (const fullName of repositories) {
          for (const runId of await (await repository(id, fullName)).openRuns()) {
            await queue
              .look(keyOf(id, fullName, runId))
              .catch((error: unknown) => options.report(`sweep of ${runId} failed`, error));
          }
        }
      }
    },
    async idle() {
      while (working.size > 0) await Promise.allSettled([...working]);
      await queue.idle();
    },
  };
}
