/** Which run a command means. */
import { parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { Comments } from "../api/comments.ts";
import { markedRun } from "../notify/marker.ts";
import type { ServedRepository } from "../repository.ts";

export interface FoundRun {
  readonly runId: string;
  readonly state: RunState;
  readonly pipeline: Pipeline;
  readonly events: readonly RunEvent[];
}

/** Of the pull request's ended runs, how many are named when none can be guessed. */
const MOST_NAMED = 5;
const MOST_PAGES = 10;

/**
 * The run that was named, else the only open one of the pull request, else its only one; never a guess between several
 * (R-GH-13). Without a pull request, of the repository.
 */
export async function findRun(
  repository: ServedRepository,
  pullRequest: number | null,
  named: string | null,
  is: {
    /** The very command is in its log. */
    readonly executed: (run: FoundRun) => boolean;
    /** It asks the question that is answered. */
    readonly waits: (run: FoundRun) => boolean;
    /** It was there when the command was said. */
    readonly meant: (run: FoundRun) => boolean;
  },
): Promise<FoundRun | { reply: string }> {
  const place = pullRequest === null ? "this repository" : "this pull request";
  if (named !== null) {
    const run = await loadRun(repository, named);
    if (run && isOf(run, pullRequest) && (is.executed(run) || is.meant(run))) return run;
    return { reply: `${place} has no run \`${named.replace(/[`\n]/g, "")}\`` };
  }
  const all = await runsOf(repository, pullRequest);
  // What is said again means the run that it meant: another one may be the only open one by now.
  const before = all.find(is.executed);
  if (before) return before;
  const mine = all.filter(is.meant);
  const open = mine.filter((run) => !run.state.ended);
  const asked = open.filter(is.waits);
  const candidates = asked.length > 0 ? asked : onTop(open.length > 0 ? open : mine);
  const [only] = candidates;
  if (!only && pullRequest === null)
    return { reply: "no run is going on in this repository; name one that has ended with `--run RUN`" };
  if (!only) return { reply: "this pull request has no run; start one with `/attractor run GRAPH`" };
  if (candidates.length === 1) return only;
  const ids = candidates
    .toSorted((a, b) => b.state.startedAt - a.state.startedAt)
    .slice(0, MOST_NAMED)
    .map(
      (run) =>
        `\`${run.runId}\` (${run.state.started?.graph.path}, ${run.state.ended?.status ?? "going on"})`,
    );
  return {
    reply: `${place} has several runs; name one, like \`/attractor status ${candidates[0]?.runId}\`: ${ids.join(", ")}`,
  };
}

/** A manager's child is meant by its name, or by what it asks; its manager stands for it otherwise. */
const onTop = (runs: readonly FoundRun[]): FoundRun[] =>
  runs.filter(({ state }) => !runs.some(({ runId }) => runId === state.started?.parent?.run_id));

/** The pull request's runs: those that are open, and those whose sticky comment it shows. Of a repository, those that are open. */
async function runsOf(repository: ServedRepository, pullRequest: number | null): Promise<FoundRun[]> {
  const shown = pullRequest === null ? [] : await shownRuns(repository, pullRequest);
  return loadOf(repository, pullRequest, new Set([...(await repository.openRuns()), ...shown]));
}

export const openRunsOf = async (repository: ServedRepository, pullRequest: number): Promise<FoundRun[]> =>
  loadOf(repository, pullRequest, await repository.openRuns());

async function loadOf(
  repository: ServedRepository,
  pullRequest: number | null,
  ids: Iterable<string>,
): Promise<FoundRun[]> {
  const runs: FoundRun[] = [];
  for (const runId of ids) {
    const known = repository.pullOf(runId);
    if (pullRequest !== null && known !== undefined && known !== pullRequest) continue;
    const run = await loadRun(repository, runId);
    if (run && isOf(run, pullRequest)) runs.push(run);
  }
  return runs;
}

const isOf = (run: FoundRun, pullRequest: number | null): boolean =>
  pullRequest === null || run.state.started?.github?.pull_request === pullRequest;

async function shownRuns(
  { github }: Pick<ServedRepository, "github">,
  pullRequest: number,
): Promise<string[]> {
  const found: string[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { data } = await github.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      issue_number: pullRequest,
      per_page: 100,
      page,
    });
    const comments = Comments.parse(data);
    for (const { body, user } of comments) {
      const runId = user?.type === "Bot" ? markedRun(body ?? "") : null;
      if (runId !== null) found.push(runId);
    }
    if (comments.length < 100) break;
  }
  return found;
}

export async function loadRun(
  repository: Pick<ServedRepository, "ledger" | "pipeline">,
  runId: string,
): Promise<FoundRun | null> {
  try {
    const read = await repository.ledger(runId).read();
    const events = read.events.map(parseEvent);
    const [started] = events;
    if (started?.event !== "run_started") return null;
    const pipeline = await repository.pipeline(started);
    return { runId, pipeline, events, state: foldAll(pipeline, events) };
  } catch (error) {
    if (error instanceof LedgerError && error.code === "missing") return null;
    throw error;
  }
}
