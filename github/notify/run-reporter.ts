/** Says what a run has to say, where people look: the sticky comment and the check. Seldom while it runs, at once when it matters. */
import { parseEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import { findingsOf } from "../../engine/diagnose/findings-of.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { renderMarkdown } from "../../engine/report/markdown.ts";
import type { ReportModel } from "../../engine/report/model.ts";
import type { GitHub } from "../api/request.ts";
import type { Published } from "../publish.ts";
import { type Newest, recentlyUsed } from "../recently-used.ts";
import { type RunCheck, runCheck } from "./check.ts";
import { nextSteps } from "./next-steps.ts";
import { pagesOf } from "./pages-of.ts";
import { type StickyComment, stickyComment } from "./post-sticky-comment.ts";
import type { QuestionShows } from "./question-shows.ts";
import { stickyCommentBody } from "./sticky-comment-body.ts";

const LIVE_EVERY_MS = 30_000;
/** Voices are only what saves asking GitHub again. */
const MOST_VOICES = 500;

export interface SpeakerOptions {
  readonly github: GitHub;
  readonly now: () => number;
  readonly redact: (text: string) => string;
  /** Of the run's page; null when nobody serves one. */
  readonly pageUrl: ((runId: string) => string) | null;
  readonly serverUrl: string;
  /** Who decides: a pressed button is told to the app alone. */
  readonly coordinator: "app" | "workflow";
  /** What questions are about, for who is asked. */
  readonly shows: QuestionShows;
  /** Runs that began here and of which nothing was said yet. */
  readonly began: Set<string>;
}

export interface ReportOptions {
  /** The lines of its log, for what they show. */
  readonly events: Iterable<unknown>;
  /** Heads that questions were asked about, the newest last; the check stands on that one. */
  readonly heads: Iterable<string>;
  /** The pull request's head now, when it is known. */
  readonly head: string | null;
  /** Somebody asked: not throttled. */
  readonly asked?: boolean;
  /** Where the work went, or why not where it was asked to be. */
  readonly published?: Published | null;
  /** The state to show, seen closer than the log has it; asked for only when something is said. */
  readonly closer?: () => Promise<RunState>;
}

export interface Speaker {
  tell(state: RunState, pipeline: Pipeline, saying: ReportOptions): Promise<void>;
}

interface Voice {
  /** This process began the run, so nothing has been said of it. */
  readonly fresh: boolean;
  readonly comment: StickyComment | null;
  readonly checks: Map<string, RunCheck>;
  lastAt: number;
  lastStatus: string;
  /** One word after the other: two at once would both find nothing said yet. */
  turn: Promise<void>;
}

export function runReporter(options: SpeakerOptions): Speaker {
  const voices = recentlyUsed<Voice>(MOST_VOICES);

  /** Whole: with attempts, hops and waiting from the log, and what its questions are about. */
  const reportNow = async (
    state: RunState,
    pipeline: Pipeline,
    { events, published }: ReportOptions,
  ): Promise<ReportModel> => {
    const log = [...events];
    return reportOf(state, pipeline, {
      findings: findingsOf(log),
      next: nextSteps(state, { serverUrl: options.serverUrl, published: published ?? null }),
      work: published?.said ?? null,
      links: linksOf(state, options, published ?? null),
      events: log.map(parseEvent),
      shows: await options.shows(state, pipeline),
    });
  };

  async function speak(
    voice: Voice,
    state: RunState,
    pipeline: Pipeline,
    saying: ReportOptions,
  ): Promise<void> {
    const { status: stands, gates } = liveOf(state);
    const status = `${stands}/${gates.map(({ gate }) => gate).join()}/${[...saying.heads].length}`;
    const urgent = saying.asked === true || status !== voice.lastStatus;
    if (!urgent && options.now() - voice.lastAt < LIVE_EVERY_MS) return;
    voice.lastAt = options.now();
    // A report reads the whole log: only what is said is worked out.
    const report = await reportNow(saying.closer ? await saying.closer() : state, pipeline, saying);
    const markdown = renderMarkdown(report, options.redact);
    // A pull request that takes no comment must not keep the check from telling.
    const told = [
      await outcome(
        voice.comment?.write(stickyCommentBody(state, saying.head, markdown), saying.asked === true),
      ),
      await outcome(onChecks(voice, state, saying, report, markdown)),
    ];
    for (const one of told) if (one.status === "rejected") throw one.reason;
    voice.lastStatus = status;
  }

  async function onChecks(
    voice: Voice,
    state: RunState,
    { heads }: ReportOptions,
    report: ReportModel,
    markdown: string,
  ): Promise<void> {
    const head_sha = state.started?.github?.head_sha;
    const shas = [...new Set([...(head_sha === undefined ? [] : [head_sha]), ...heads])];
    // A head that was asked about again counts where it came last.
    const current = [...heads].at(-1) ?? head_sha;
    for (const sha of shas) {
      const check = checkOn(options, voice, sha, state.runId);
      if (sha === current) await check.write(report, markdown);
      else await check.leave(report, current ?? sha);
    }
  }

  return {
    async tell(state, pipeline, saying) {
      if (!state.started?.github) return;
      const voice = voiceFor(options, voices, state);
      const mine = voice.turn.then(() => speak(voice, state, pipeline, saying));
      voice.turn = mine.catch(() => undefined);
      await mine;
    },
  };
}

const outcome = async (work: Promise<void> | undefined): Promise<PromiseSettledResult<void>> =>
  (await Promise.allSettled([work]))[0] as PromiseSettledResult<void>;

function checkOn(
  { github, pageUrl, coordinator }: SpeakerOptions,
  voice: Voice,
  sha: string,
  runId: string,
): RunCheck {
  let check = voice.checks.get(sha);
  if (!check) {
    check = runCheck(github, {
      headSha: sha,
      detailsUrl: pageUrl?.(runId) ?? null,
      fresh: voice.fresh,
      buttons: coordinator === "app",
    });
    voice.checks.set(sha, check);
  }
  return check;
}

function voiceFor({ github, began }: SpeakerOptions, voices: Newest<Voice>, state: RunState): Voice {
  const { runId } = state;
  return voices.get(runId, () => {
    const fresh = began.delete(runId);
    const pull = state.started?.github?.pull_request;
    const since = new Date(state.startedAt - 60_000);
    return {
      fresh,
      comment: pull === undefined ? null : stickyComment(github, { issue: pull, runId, since, fresh }),
      checks: new Map(),
      lastAt: 0,
      lastStatus: "",
      turn: Promise.resolve(),
    };
  });
}

function linksOf(
  state: RunState,
  { pageUrl, serverUrl }: SpeakerOptions,
  published: Published | null,
): ReportModel["links"] {
  const page = pageUrl ? [{ title: "Run page", url: pageUrl(state.runId) }] : [];
  return [...page, ...pagesOf(state, serverUrl, published)];
}
