/** Logs, graphs and states of runs that save asking again. Nothing is kept that cannot be read again. */
import type { Clock } from "../engine/clock.ts";
import { defaultConfig } from "../engine/config/defaults.ts";
import type { Config } from "../engine/config/schema.ts";
import type { EventOf } from "../engine/core/events.ts";
import type { RunState } from "../engine/core/state.ts";
import { DEFAULT_REF_PREFIX, openRef, trunkRef } from "../engine/git/names.ts";
import type { Pipeline } from "../engine/graph/pipeline.ts";
import type { Ledger } from "../engine/ledger/port.ts";
import { contents, type ReadPinned, readOnce } from "./api/contents.ts";
import type { GitHub } from "./api/request.ts";
import { type Folded, foldIncrementally } from "./coordinator/folded-state.ts";
import { pinnedConfig, pinnedPipeline, SourceError } from "./graph-source.ts";
import { apiLedger } from "./ledger/api-ledger.ts";
import type { GitData } from "./ledger/git-data.ts";
import { recentlyUsed } from "./recently-used.ts";

/** More than a repository's runs that move at a time. */
const MOST_KEPT = 100;

export interface RunCaches {
  readonly readAt: (sha: string) => ReadPinned;
  ledger(runId: string): Ledger;
  /** Read once more, and not kept for that. */
  ledgerOnce(runId: string): Ledger;
  folded(runId: string): Folded;
  pipeline(started: EventOf<"run_started">): Promise<Pipeline>;
  config(state: RunState): Promise<Config>;
  forget(runId: string): void;
}

export function runCaches(github: GitHub, git: GitData, clock: Clock): RunCaches {
  const ledgers = recentlyUsed<Ledger>(MOST_KEPT);
  const pipelines = recentlyUsed<Promise<Pipeline>>(MOST_KEPT);
  const states = recentlyUsed<Folded>(MOST_KEPT);
  const readAt = readOnce((sha) => contents(github, sha));
  const ledgerAt = (runId: string): Ledger =>
    apiLedger({
      git,
      runId,
      ref: trunkRef(DEFAULT_REF_PREFIX, runId),
      openRef: openRef(DEFAULT_REF_PREFIX, runId),
      pause: (attempt) => clock.sleep(500 * 2 ** attempt, new AbortController().signal),
    });
  return {
    readAt,
    ledger: (runId) => ledgers.get(runId, () => ledgerAt(runId)),
    ledgerOnce: (runId) => ledgers.peek(runId) ?? ledgerAt(runId),
    folded: (runId) => states.get(runId, foldIncrementally),
    pipeline: (started) =>
      pipelines.get(started.run_id, () => {
        const found = pinnedPipeline(started, readAt(started.github?.graph_sha ?? ""));
        found.catch(() => pipelines.delete(started.run_id));
        return found;
      }),
    /** A run whose configuration cannot be read any more began with a readable one: its work is kept all the same. */
    async config(state) {
      const { github: at } = state.started ?? {};
      if (!state.ended || !at?.config_path) return defaultConfig();
      try {
        return await pinnedConfig(at.config_path, readAt(at.graph_sha));
      } catch (error) {
        if (error instanceof SourceError) return defaultConfig();
        throw error;
      }
    },
    forget(runId) {
      for (const kept of [ledgers, states, pipelines]) kept.delete(runId);
    },
  };
}
