/** What stands behind the webhooks: repositories served, runs queued, work that goes on after the answer. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../../engine/clock.ts";
import type { AnyOctokit } from "../api/rate-limit.ts";
import { gitHub } from "../api/request.ts";
import { recentlyUsed } from "../recently-used.ts";
import { type ServedRepository, serveRepository } from "../repository.ts";
import { runQueue } from "../run-queue.ts";
import { askingRuns } from "./asking-runs.ts";
import { executeComment, isCommand } from "./comment.ts";
import { createInbox } from "./inbox.ts";
import type { Host } from "./port.ts";
import { type Seen, type Sweeper, sweeper } from "./sweep.ts";
import { unauthorizedReplies } from "./unauthorized.ts";

export interface HostOptions {
  /** An Octokit of an installation; its tokens renew themselves. */
  readonly octokit: (installation: number) => Promise<AnyOctokit>;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly pageUrl: ((repository: string, runId: string) => string) | null;
  readonly serverUrl: string;
  /** The login that the coordinator speaks under. */
  readonly me: () => Promise<string>;
  /** Who decides for the runs that start here; the app when nobody says otherwise. */
  readonly coordinator?: "app" | "workflow";
  /** That somebody looks later where this host does not go on. */
  readonly ensureSweeps?: () => Promise<void>;
  /** Until it aborts, a run is looked at again when its last look said so. Absent: only when somebody asks. */
  readonly alive?: AbortSignal;
  readonly report: (message: string, error: unknown) => void;
  /** After every look: the run, what was found, and the deliveries that led to it. */
  readonly looked?: (look: Looked) => void;
}

export interface Looked {
  readonly repository: string;
  readonly run: string;
  readonly status: string;
  readonly deliveries: readonly string[];
  readonly ms: number;
}

const MOST_SEEN = 5_000;

const keyOf = (installation: number, fullName: string, runId: string): string =>
  `${installation} ${fullName} ${runId}`;

export function createHost(options: HostOptions): Host {
  const { clock, alive } = options;
  const served = new Map<string, Promise<ServedRepository>>();
  const working = new Set<Promise<void>>();
  const timers = new Map<string, AbortController>();
  const hints = new Map<string, Set<string>>();
  const seen = recentlyUsed<Seen>(MOST_SEEN);
  const delivery = new AsyncLocalStorage<string>();

  const repository = (installation: number, fullName: string): Promise<ServedRepository> => {
    const key = `${installation} ${fullName}`;
    let found = served.get(key);
    if (!found) {
      const { pageUrl } = options;
      found = options.octokit(installation).then((octokit) =>
        serveRepository({
          github: gitHub(octokit, fullName),
          clock,
          redact: options.redact,
          pageUrl: pageUrl === null ? null : (runId) => pageUrl(fullName, runId),
          serverUrl: options.serverUrl,
          coordinator: options.coordinator ?? "app",
          ...(options.ensureSweeps ? { ensureSweeps: options.ensureSweeps } : {}),
        }),
      );
      served.set(key, found);
      found.catch(() => served.delete(key));
    }
    return found;
  };

  const queue = runQueue(async (key) => {
    const [installation = "", fullName = "", runId = ""] = key.split(" ");
    const deliveries = [...(hints.get(key) ?? [])];
    hints.delete(key);
    timers.get(key)?.abort();
    timers.delete(key);
    const began = clock.now();
    const found = await (await repository(Number(installation), fullName)).coordinate(runId);
    options.looked?.({
      repository: fullName,
      run: runId,
      status: found.status,
      deliveries,
      ms: clock.now() - began,
    });
    const place = { installation: Number(installation), fullName };
    // A job that holds the hop may come to ask; one that was offered the next asks no more.
    const { hop, started } = found.state;
    const held = found.status === "running" && started?.coordinator === "app" && hop?.status !== "settled";
    asking?.seen(place, runId, held);
    if (found.status === "ended") seen.delete(key);
    else {
      // The child's hint may be lost with whoever would give it: then the sweep looks.
      const until = found.watches ? 0 : found.lookAgainAt;
      seen.set(key, { tip: found.tip, until });
      lookLater(key, found.lookAgainAt);
    }
    for (const other of found.hints) {
      const next = keyOf(Number(installation), fullName, other);
      later(`run ${runId}`, () => delivery.exit(() => look(next)));
    }
  });

  const look = (key: string): Promise<void> => {
    const by = delivery.getStore();
    const [installation = "", fullName = ""] = key.split(" ");
    sweeping.wake({ installation: Number(installation), fullName });
    if (by !== undefined) hints.set(key, (hints.get(key) ?? new Set()).add(by));
    return queue.look(key);
  };

  const asking = alive
    ? askingRuns({
        ...{ clock, alive, report: options.report },
        repository: ({ installation, fullName }) => repository(installation, fullName),
        look: (place, runId) => delivery.exit(() => look(keyOf(place.installation, place.fullName, runId))),
      })
    : null;

  /** Time is a hint too: a dispatch may be due, a deadline may have passed. */
  function lookLater(key: string, until: number): void {
    if (!alive || alive.aborted || !Number.isFinite(until)) return;
    const waking = new AbortController();
    timers.set(key, waking);
    const ms = Math.max(0, until - clock.now());
    void clock.sleep(ms, AbortSignal.any([waking.signal, alive])).then(() => {
      if (!waking.signal.aborted && !alive.aborted) later("timer", () => delivery.exit(() => look(key)));
    });
  }

  const later = (what: string, work: () => Promise<void>): void =>
    keep(
      delivery
        .run(what, work)
        .catch((error: unknown) => options.report(`${what} failed; the sweep looks again`, error)),
    );
  function keep(work: Promise<void>): void {
    const job = work.finally(() => working.delete(job));
    working.add(job);
  }

  const host: Host = {
    unauthorized: unauthorizedReplies(clock),
    inbox: createInbox({
      clock,
      github: async ({ installation, fullName }) => (await repository(installation, fullName)).github,
      me: options.me,
      isCommand,
      execute: (place, said) => {
        sweeping.wake(place);
        return executeComment(host, place, said);
      },
      // Under the delivery that brought it.
      later: (what, work) => later(delivery.getStore() ?? what, work),
      report: options.report,
    }),
    repository,
    look: (installation, fullName, runId) => look(keyOf(installation, fullName, runId)),
    expects: (place, workflowRun, goesOn) => asking?.seen(place, `workflow run ${workflowRun}`, goesOn),
    hint({ installation, fullName }, runId) {
      const key = keyOf(installation, fullName, runId);
      keep(
        look(key).catch((error: unknown) =>
          options.report(`a look at ${runId} failed; the sweep looks again`, error),
        ),
      );
    },
    now(what, work) {
      const job = delivery.run(what, work);
      keep(job.catch(() => undefined));
      return job;
    },
    later,
    sweep: (installations) =>
      sweeping.sweep(
        installations.flatMap(({ id, repositories }) =>
          repositories.map((fullName) => ({ installation: id, fullName })),
        ),
      ),
    async idle() {
      while (working.size > 0) await Promise.allSettled([...working]);
      await queue.idle();
    },
  };
  const sweeping: Sweeper = sweeper(host, {
    clock,
    seen: ({ installation, fullName }, runId) => seen.peek(keyOf(installation, fullName, runId)),
    report: options.report,
  });
  return host;
}
