/** What the pages read: runs of a repository, through the app's own installation. They never write. */
import type { RunEvent } from "../../engine/core/events.ts";
import { parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { Shown } from "../../engine/core/shown.ts";
import type { RunState } from "../../engine/core/state.ts";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { statusOf } from "../../github/ledger/git-data.ts";
import type { ServedRepository } from "../../github/repository.ts";

export interface SeenRun {
  readonly runId: string;
  readonly state: RunState;
  readonly pipeline: Pipeline;
  readonly events: readonly RunEvent[];
  /** Per waiting question: what it is about. */
  readonly shows: ReadonlyMap<string, readonly Shown[]>;
}

export interface RunSource {
  /** Ids, the newest first. Null: no such repository, or the app is not installed on it. */
  ids(repository: string): Promise<readonly string[] | null>;
  run(repository: string, runId: string): Promise<SeenRun | null>;
}

export function runSource(served: (repository: string) => Promise<ServedRepository>): RunSource {
  const known = new Map<string, ServedRepository>();
  const find = async (repository: string): Promise<ServedRepository | null> => {
    try {
      const found = known.get(repository) ?? (await served(repository));
      known.set(repository, found);
      return found;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  };
  return {
    async ids(repository) {
      const found = await find(repository);
      if (!found) return null;
      const refs = await found.git.matching(`${DEFAULT_REF_PREFIX}/`);
      const ids = [...refs.keys()].flatMap((ref) => /^refs\/attractor\/([^/]+)\/trunk$/.exec(ref)?.[1] ?? []);
      return ids.sort((a, b) => numberIn(b) - numberIn(a) || b.localeCompare(a));
    },
    async run(repository, runId) {
      const found = await find(repository);
      if (!found) return null;
      try {
        const { events } = await found.ledger(runId).read();
        const parsed = events.map(parseEvent);
        const [started] = parsed;
        if (started?.event !== "run_started") return null;
        const pipeline = await found.pipeline(started);
        const state = foldAll(pipeline, parsed);
        return { runId, pipeline, events: parsed, state, shows: await found.shows(state, pipeline) };
      } catch (error) {
        if (error instanceof LedgerError && error.code === "missing") return null;
        throw error;
      }
    },
  };
}

/** Runs are named after the comment or workflow run that began them, whose ids grow. */
const numberIn = (runId: string): number => Number(/\d+/.exec(runId)?.[0] ?? 0);
