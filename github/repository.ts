/** One repository as the app serves it: its runs looked at, its commands executed. Keeps nothing that it cannot read again. */
import { z } from "zod";
import type { Clock } from "../engine/clock.ts";
import type { EventOf } from "../engine/core/events.ts";
import type { RunState } from "../engine/core/state.ts";
import type { Pipeline } from "../engine/graph/pipeline.ts";
import type { Ledger, LedgerEvent } from "../engine/ledger/port.ts";
import { actionsPort } from "./api/actions.ts";
import type { ReadPinned } from "./api/contents.ts";
import { headsOfLate } from "./api/pull-heads.ts";
import { pullsOf } from "./api/pulls.ts";
import { REFUSED_FOR_GOOD } from "./api/refused.ts";
import type { GitHub } from "./api/request.ts";
import { coordinate, type Looked } from "./coordinator/coordinate.ts";
import type { ChildPorts, CoordinatorPorts } from "./coordinator/ports.ts";
import { questionsOf } from "./coordinator/questions.ts";
import { askingRefs } from "./ledger/asking-refs.ts";
import { type GitData, gitData, statusOf } from "./ledger/git-data.ts";
import type { Standing } from "./ledger/open-runs.ts";
import { branchLogs } from "./live/branch-logs.ts";
import { postComment } from "./notify/post-comment.ts";
import { type QuestionShows, questionShows } from "./notify/question-shows.ts";
import { reminder } from "./notify/reminder.ts";
import { type ReportOptions, runReporter } from "./notify/run-reporter.ts";
import { publishWork } from "./publish.ts";
import { runCaches } from "./run-caches.ts";
import { runEnds } from "./run-ends.ts";
import { runRests } from "./run-rests.ts";

const Pull = z.object({ head: z.object({ sha: z.string() }) });

export interface RepositoryOptions {
  readonly github: GitHub;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly pageUrl: ((runId: string) => string) | null;
  readonly serverUrl: string;
  readonly coordinator: "app" | "workflow";
  /** That somebody looks at open runs later, where whoever serves does not go on. */
  readonly ensureSweeps?: () => Promise<void>;
}

export interface ServedRepository {
  readonly github: GitHub;
  readonly git: GitData;
  readonly clock: Clock;
  /** Who decides for the runs that start here. */
  readonly coordinator: "app" | "workflow";
  ledger(runId: string): Ledger;
  readAt(sha: string): ReadPinned;
  pipeline(started: EventOf<"run_started">): Promise<Pipeline>;
  /** What a waiting run's questions are about. */
  readonly shows: QuestionShows;
  /** One look at a run: decides, performs, speaks. */
  coordinate(runId: string): Promise<Looked>;
  /** Ids of the runs that have not ended. */
  openRuns(): Promise<string[]>;
  /** Refs of jobs that wait for a decision. */
  asking(): Promise<readonly string[]>;
  /** Them, and where each stands. */
  standing(): Promise<Standing>;
  /** The pull request of a run, as far as it is known without asking: it never changes. */
  pullOf(runId: string): number | null | undefined;
  /** Of pull requests that are open and changed of late. */
  pullHeads(): Promise<ReadonlyMap<number, string>>;
  /** Shows a run because somebody asked. */
  tell(state: RunState, pipeline: Pipeline, events: readonly LedgerEvent[]): Promise<void>;
  /** A run began here, on that head: what need not be asked of GitHub. */
  began(runId: string, pullRequest: number, head: string): void;
  /** The head of a pull request at this moment. */
  head(pullRequest: number): Promise<string | null>;
  readonly redact: (text: string) => string;
}

export function serveRepository(options: RepositoryOptions): ServedRepository {
  const { github, clock } = options;
  const git = gitData(github);
  const actions = actionsPort(github);
  const pulls = pullsOf(github);
  const began = new Set<string>();
  const caches = runCaches(github, git, clock);
  const shows = questionShows({ git, readAt: caches.readAt });
  const reporter = runReporter({ ...options, began, shows, now: () => clock.now() });
  const rests = runRests(git, clock);
  const branches = branchLogs(git, () => clock.now());
  const forget = (runId: string): void => {
    caches.forget(runId);
    branches.forget(runId);
  };
  const { ledger, readAt } = caches;
  const ends = runEnds({
    ...{ github, git, clock, actions, ledger, forget },
    coordinator: options.coordinator,
    wake: rests.wake,
  });
  const tried = new Map<string, number>();

  const pipeline = (started: EventOf<"run_started">): Promise<Pipeline> => {
    rests.setPull(started.run_id, started.github?.pull_request ?? null);
    return caches.pipeline(started);
  };

  /** The last heads that were read; a hint for the note that a head moved. */
  const heads = new Map<number, string>();
  const head = async (pullRequest: number): Promise<string | null> => {
    const { data } = await github.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      pull_number: pullRequest,
    });
    const { sha } = Pull.parse(data).head;
    heads.set(pullRequest, sha);
    return sha;
  };
  const closer = async (state: RunState): Promise<RunState> =>
    state.started
      ? branches.closer(
          state.runId,
          await pipeline({ ...state.started, seq: 1, ts: "", run_id: state.runId }),
          ledger(state.runId),
        )
      : state;
  const saying = async (state: RunState, asked: Iterable<string>): Promise<Omit<ReportOptions, "events">> => {
    const pull = state.started?.github?.pull_request;
    const known = pull === undefined || state.ended ? null : (heads.get(pull) ?? (await head(pull)));
    return {
      heads: asked,
      head: known,
      ...(state.hop?.status === "claimed" ? { closer: () => closer(state) } : {}),
    };
  };
  const openRuns = async () => (await rests.standing()).open.map(({ runId }) => runId);
  // A child that has ended is read once more by its parent, and not kept for that.
  const children: ChildPorts = { ledger: caches.ledgerOnce, readAt, openRuns };

  const speak: CoordinatorPorts["speak"] = async (state, graph, { heads: asked, events }) => {
    // What is said links to the branch: it must be there.
    const published = await publishWork(
      { git, pulls, asJob: options.coordinator === "workflow", config: (await caches.config(state)).git },
      state,
    );
    try {
      await reporter.tell(state, graph, { ...(await saying(state, asked)), events, published });
    } catch (error) {
      // What is refused for good would be refused in every sweep.
      if (state.ended && ends.isOurs(state) && REFUSED_FOR_GOOD.has(statusOf(error)))
        await ends.finishUntold(state);
      throw error;
    }
  };

  return {
    github,
    git,
    clock,
    coordinator: options.coordinator,
    ledger,
    readAt,
    pipeline,
    shows,
    redact: options.redact,
    head,
    began(runId, pullRequest, sha) {
      began.add(runId);
      rests.setPull(runId, pullRequest);
      heads.set(pullRequest, sha);
    },
    tell: async (state, graph, events) =>
      reporter.tell(state, graph, {
        ...(await saying(state, questionsOf(events).heads)),
        ...{ events, asked: true },
      }),
    async coordinate(runId) {
      const done = await coordinate({
        ...{ actions, clock, children, pipeline, speak, tried },
        ledger: ledger(runId),
        who: options.coordinator,
        ...(options.ensureSweeps ? { ensureSweeps: options.ensureSweeps } : {}),
        folded: caches.folded(runId),
        head: async ({ github: at }) => (at?.pull_request === undefined ? null : head(at.pull_request)),
        remind: async (state, gate) => {
          const pull = state.started?.github?.pull_request;
          if (pull !== undefined)
            await postComment(github, pull, reminder(state, gate, clock.now(), options.redact));
        },
      });
      if (done.status === "ended") await ends.finish(done.state, done.found);
      if (done.status === "waiting" && !done.watches && ends.isOurs(done.state)) {
        const pull = done.state.started?.github?.pull_request;
        await rests.rest(
          done.state,
          done.tip,
          done.lookAgainAt,
          pull === undefined ? undefined : heads.get(pull),
        );
      }
      return done;
    },
    openRuns,
    standing: rests.standing,
    asking: askingRefs(github),
    pullOf: rests.pullOf,
    pullHeads: headsOfLate(github),
  };
}
