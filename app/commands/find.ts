/** Which run a command means. */
import { parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import type { ServedRepository } from "../repository.ts";

export interface FoundRun {
  readonly runId: string;
  readonly state: RunState;
  readonly pipeline: Pipeline;
}

/** The run that was named, else the only open one of the pull request, else its latest; never a guess between several. */
export async function findRun(
  repository: ServedRepository,
  pullRequest: number,
  named: string | null,
): Promise<FoundRun | { reply: string }> {
  if (named !== null) {
    const run = await loadRun(repository, named);
    if (run && run.state.started?.github?.pull_request === pullRequest) return run;
    return { reply: `this pull request has no run \`${named.replace(/[`\n]/g, "")}\`` };
  }
  const mine: FoundRun[] = [];
  for (const runId of await runIds(repository)) {
    const run = await loadRun(repository, runId);
    if (run?.state.started?.github?.pull_request === pullRequest) mine.push(run);
  }
  const open = mine.filter((run) => !run.state.ended);
  const candidates = open.length > 0 ? open : mine.slice(-1);
  const [only] = candidates;
  if (!only) return { reply: "this pull request has no run; start one with `/attractor run GRAPH`" };
  if (candidates.length > 1)
    return {
      reply: `several runs are going on here; name one: ${candidates.map((run) => `\`${run.runId}\``).join(", ")}`,
    };
  return only;
}

async function runIds(repository: ServedRepository): Promise<string[]> {
  const refs = await repository.git.matching(`${DEFAULT_REF_PREFIX}/`);
  const ids = [...refs.keys()].flatMap((ref) => /^refs\/attractor\/([^/]+)\/trunk$/.exec(ref)?.[1] ?? []);
  return [...new Set(ids)].sort();
}

export async function loadRun(repository: ServedRepository, runId: string): Promise<FoundRun | null> {
  try {
    const { events } = await repository.ledger(runId).read();
    const parsed = events.map(parseEvent);
    const [started] = parsed;
    if (started?.event !== "run_started") return null;
    const pipeline = await repository.pipeline(started);
    return { runId, pipeline, state: foldAll(pipeline, parsed) };
  } catch (error) {
    if (error instanceof LedgerError && error.code === "missing") return null;
    throw error;
  }
}
