/** One repository as the app serves it: its runs looked at, its commands obeyed. Keeps nothing that it cannot read again. */
import { z } from "zod";
import type { Clock } from "../engine/clock.ts";
import { defaultConfig } from "../engine/config/defaults.ts";
import type { Config } from "../engine/config/schema.ts";
import type { EventOf } from "../engine/core/events.ts";
import type { RunState } from "../engine/core/state.ts";
import { DEFAULT_REF_PREFIX, openRef, trunkRef } from "../engine/git/names.ts";
import type { Pipeline } from "../engine/graph/pipeline.ts";
import { openAfter, outlivesItsEnd } from "../engine/ledger/git/openness.ts";
import type { Ledger, LedgerEvent } from "../engine/ledger/port.ts";
import { actionsPort } from "./api/actions.ts";
import { leftAfter } from "./api/artifacts.ts";
import { contents, type ReadPinned, readOnce } from "./api/contents.ts";
import { headsOfLate } from "./api/pull-heads.ts";
import { pullsOf } from "./api/pulls.ts";
import type { GitHub } from "./api/request.ts";
import { coordinate, type Looked } from "./coordinator/coordinate.ts";
import { deliverFinal } from "./coordinator/deliver-final.ts";
import { type Folded, foldedOn } from "./coordinator/folded-state.ts";
import type { ChildPorts } from "./coordinator/ports.ts";
import { questionsOf } from "./coordinator/questions.ts";
import { pinnedConfig, pinnedPipeline, SourceError } from "./graph-source.ts";
import { apiLedger } from "./ledger/api-ledger.ts";
import { type GitData, gitData, statusOf } from "./ledger/git-data.ts";
import { type Standing, standing } from "./ledger/open-runs.ts";
import { restRef } from "./ledger/resting-runs.ts";
import { legWatch } from "./live/branch-logs.ts";
import { say } from "./notify/post-comment.ts";
import { reminder } from "./notify/reminder.ts";
import { type Saying, speaker } from "./notify/run-reporter.ts";
import { publishWork } from "./publish.ts";
import { newest } from "./recently-used.ts";

/** A pull request that is locked or gone, a permission that was taken away. */
const REFUSALS = new Set([403, 404, 410, 422]);

/** Logs, graphs and states that save asking again: more than a repository's runs that move at a time. */
const MOST_KEPT = 100;
const MOST_PULLS_KEPT = 5_000;
const LONGEST_REST_MS = 30 * 24 * 3_600_000;

const Pull = z.object({ head: z.object({ sha: z.string() }) });

export interface RepositoryOptions {
  readonly github: GitHub;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly pageUrl: ((runId: string) => string) | null;
  readonly serverUrl: string;
  readonly coordinator: "app" | "workflow";
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
  /** One look at a run: decides, performs, speaks. */
  coordinate(runId: string): Promise<Looked>;
  /** Ids of the runs that have not ended. */
  openRuns(): Promise<string[]>;
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
  const voice = speaker({ ...options, began, now: () => clock.now() });
  const ledgers = newest<Ledger>(MOST_KEPT);
  const pipelines = newest<Promise<Pipeline>>(MOST_KEPT);
  const states = newest<Folded>(MOST_KEPT);
  const pullOf = newest<number | null>(MOST_PULLS_KEPT);
  /** Of each run, the refs that say that it rests, and where. */
  const rests = newest<Map<string, string | null>>(MOST_PULLS_KEPT);
  const tried = new Map<string, number>();

  const ledgerAt = (runId: string): Ledger =>
    apiLedger({
      git,
      runId,
      ref: trunkRef(DEFAULT_REF_PREFIX, runId),
      openRef: openRef(DEFAULT_REF_PREFIX, runId),
      pause: (attempt) => clock.sleep(500 * 2 ** attempt, new AbortController().signal),
    });
  const ledger = (runId: string): Ledger => ledgers.get(runId, () => ledgerAt(runId));
  const folded = (runId: string): Folded => states.get(runId, foldedOn);
  const readAt = readOnce((sha) => contents(github, sha));
  const pipeline = (started: EventOf<"run_started">): Promise<Pipeline> => {
    const { run_id: runId, github: at } = started;
    pullOf.set(runId, at?.pull_request ?? null);
    return pipelines.get(runId, () => {
      const found = pinnedPipeline(started, readAt(at?.graph_sha ?? ""));
      found.catch(() => pipelines.delete(runId));
      return found;
    });
  };

  /** A run whose configuration cannot be read any more has begun with a readable one: its work is kept all the same. */
  const configOf = async (state: RunState): Promise<Config> => {
    const { github: at } = state.started ?? {};
    if (!state.ended || !at?.config_path) return defaultConfig();
    try {
      return await pinnedConfig(at.config_path, readAt(at.graph_sha));
    } catch (error) {
      if (error instanceof SourceError) return defaultConfig();
      throw error;
    }
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
  const legs = legWatch(git, () => clock.now());
  const closer = async (state: RunState): Promise<RunState> =>
    state.started
      ? legs.closer(
          state.runId,
          await pipeline({ ...state.started, seq: 1, ts: "", run_id: state.runId }),
          ledger(state.runId),
        )
      : state;
  const saying = async (state: RunState, asked: Iterable<string>): Promise<Omit<Saying, "events">> => {
    const pull = state.started?.github?.pull_request;
    const known = pull === undefined || state.ended ? null : (heads.get(pull) ?? (await head(pull)));
    return {
      heads: asked,
      head: known,
      ...(state.hop?.status === "claimed" ? { closer: () => closer(state) } : {}),
    };
  };

  /** Its end is told: nobody needs to look at it any more, unless it was resumed meanwhile. */
  const close = async (runId: string): Promise<void> => {
    const open = openRef(DEFAULT_REF_PREFIX, runId);
    await git.deleteRef(open);
    await wake(runId);
    const { tip, events } = await ledger(runId).read();
    if (openAfter(events, undefined) === true) return void (await git.createRef(open, tip));
    forget(runId);
  };
  /** Another coordinator's run is shown, and closed by that one, which may have more to do. */
  const isOurs = ({ started }: RunState): boolean => started?.coordinator === options.coordinator;
  /** An end that was found: it is ours to leave as an artifact when nobody has closed the run, and its settle left none. */
  const leftToUs = async (state: RunState): Promise<boolean> => {
    const { runId, hop, endedAt } = state;
    if (endedAt === null || !isOurs(state)) return false;
    if ((await git.ref(openRef(DEFAULT_REF_PREFIX, runId))) === null) return false;
    const by = options.coordinator === "workflow" ? hop?.by : null;
    return by == null || !(await leftAfter(github, by.run_id, endedAt));
  };
  const forget = (runId: string): void => {
    for (const kept of [ledgers, states, pipelines]) kept.delete(runId);
    legs.forget(runId);
  };

  const now = async (): Promise<Standing> => {
    const found = await standing(git);
    for (const { runId, rests: refs, tip, rest } of found.open) {
      if (refs.length > 0)
        rests.set(runId, new Map(refs.map((ref) => [ref, rest && refs.length === 1 ? tip : null])));
      if (rest) pullOf.set(runId, rest.pull?.number ?? null);
    }
    return found;
  };
  /** Nothing is to be done for it until then, whoever looks. */
  const rest = async (state: RunState, tip: string, until: number): Promise<void> => {
    const number = state.started?.github?.pull_request;
    const sha = number === undefined ? undefined : heads.get(number);
    if (number !== undefined && sha === undefined) return;
    const name = restRef(DEFAULT_REF_PREFIX, state.runId, {
      until: Math.min(until, clock.now() + LONGEST_REST_MS),
      pull: number === undefined || sha === undefined ? null : { number, head: sha },
    });
    const known = rests.peek(state.runId);
    if (known?.get(name) === tip) return;
    if ((await git.createRef(name, tip)) === "exists" && !(await git.moveRef(name, tip))) return;
    for (const old of known?.keys() ?? []) if (old !== name) await git.deleteRef(old);
    rests.set(state.runId, new Map([[name, tip]]));
  };
  const wake = async (runId: string): Promise<void> => {
    for (const ref of rests.peek(runId)?.keys() ?? []) await git.deleteRef(ref);
    rests.delete(runId);
  };
  const openRuns = async () => (await now()).open.map(({ runId }) => runId);
  const children: ChildPorts = {
    // A child that has ended is read once more by its parent, and not kept for that.
    ledger: (runId) => ledgers.peek(runId) ?? ledgerAt(runId),
    readAt,
    openRuns,
  };

  return {
    github,
    git,
    clock,
    coordinator: options.coordinator,
    ledger,
    readAt,
    pipeline,
    redact: options.redact,
    head,
    began(runId, pullRequest, sha) {
      began.add(runId);
      pullOf.set(runId, pullRequest);
      heads.set(pullRequest, sha);
    },
    tell: async (state, graph, events) =>
      voice.tell(state, graph, { ...(await saying(state, questionsOf(events).heads)), events, asked: true }),
    async coordinate(runId) {
      const done = await coordinate({
        ledger: ledger(runId),
        actions,
        clock,
        children,
        pipeline,
        who: options.coordinator,
        folded: folded(runId),
        speak: async (state, graph, { heads, events }) => {
          // What is said links to the branch: it must be there.
          const published = await publishWork({ git, pulls, config: (await configOf(state)).git }, state);
          try {
            await voice.tell(state, graph, { ...(await saying(state, heads)), events, published });
          } catch (error) {
            // What is refused for good would be refused in every sweep.
            if (state.ended && isOurs(state) && REFUSALS.has(statusOf(error))) {
              if (await leftToUs(state)) await deliverFinal({ actions, clock }, state);
              await close(runId);
            }
            throw error;
          }
        },
        head: async ({ github: at }) => (at?.pull_request === undefined ? null : head(at.pull_request)),
        remind: async (state, gate) => {
          const pull = state.started?.github?.pull_request;
          if (pull !== undefined) await say(github, pull, reminder(state, gate, clock.now(), options.redact));
        },
        tried,
      });
      if (done.status === "ended") {
        // Before it is closed: who dies in between finds it again by its open ref, where that outlives the end.
        if (!done.found || (await leftToUs(done.state))) await deliverFinal({ actions, clock }, done.state);
        // Where nobody waits to be told, the append that ended it took its open ref away, unless that was lost.
        if (!isOurs(done.state)) return done;
        if (done.found || outlivesItsEnd(done.state.started ?? {})) await close(runId);
        else {
          forget(runId);
          await wake(runId);
        }
      }
      if (done.status === "waiting" && !done.watches && isOurs(done.state))
        await rest(done.state, done.tip, done.lookAgainAt);
      return done;
    },
    openRuns,
    standing: now,
    pullOf: (runId) => pullOf.peek(runId),
    pullHeads: headsOfLate(github),
  };
}
