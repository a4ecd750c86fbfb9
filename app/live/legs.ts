/**
 * What the branches do now (R-LIVE-3): their own logs, read while their jobs run and folded over the trunk's, to be shown
 * and nothing else. Settle alone decides what of it the run's log takes.
 */
import { isOfLeg } from "../../engine/core/authority.ts";
import { parseEvent } from "../../engine/core/events.ts";
import { fold, foldAll } from "../../engine/core/fold.ts";
import { type RunState, TRUNK } from "../../engine/core/state.ts";
import { DEFAULT_REF_PREFIX, legName } from "../../engine/git/names.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { Ledger, LedgerEvent } from "../../engine/ledger/port.ts";
import { apiLedger } from "../ledger/api-ledger.ts";
import type { GitData } from "../ledger/git-data.ts";

export interface LegWatch {
  /** The run as its branches have it; the given state when none runs. */
  closer(runId: string, pipeline: Pipeline, trunk: Ledger): Promise<RunState>;
  forget(runId: string): void;
}

/** Each leg that moved costs a few reads; the others are seen the next time. */
const MOST_READ = 10;
const MOST_EVENTS = 5_000;

interface SeenLeg {
  readonly key: string;
  tip: string;
  events: readonly LedgerEvent[];
}

export function legWatch(git: GitData, now: () => number): LegWatch {
  const runs = new Map<string, Map<string, SeenLeg>>();

  async function look(runId: string, state: RunState): Promise<SeenLeg[]> {
    const cursor = state.scopes.get(TRUNK)?.cursor;
    if (cursor?.phase !== "fanned" || state.hop?.status !== "claimed") return [];
    const keys = new Map(cursor.fan.planned.map((branch) => [legName(branch), branch.key]));
    const seen = runs.get(runId) ?? new Map<string, SeenLeg>();
    runs.set(runId, seen);
    let budget = MOST_READ;
    const current: SeenLeg[] = [];
    for (const [ref, tip] of await git.matching(`${DEFAULT_REF_PREFIX}/${runId}/branch/`)) {
      const [, name, epoch] = /\/([^/]+)\/e(\d+)a\d+$/.exec(ref) ?? [];
      const key = name === undefined ? undefined : keys.get(name);
      if (key === undefined || Number(epoch) !== state.hop.epoch) continue;
      const leg = seen.get(ref) ?? { key, tip: "", events: [] };
      seen.set(ref, leg);
      current.push(leg);
      if (leg.tip === tip || budget === 0) continue;
      budget--;
      const log = apiLedger({ git, runId, ref, openRef: null, pause: async () => undefined });
      // A leg's log is hostile: one that cannot be read is not shown, and settle will say why.
      const read = await log.read().catch(() => null);
      leg.tip = tip;
      leg.events = read?.events.slice(0, MOST_EVENTS) ?? [];
    }
    return current;
  }

  return {
    forget: (runId) => void runs.delete(runId),
    async closer(runId, pipeline, trunk) {
      const { events } = await trunk.read();
      const state = foldAll(pipeline, events.map(parseEvent));
      for (const leg of await look(runId, state)) show(pipeline, state, leg, now());
      return state;
    },
  };
}

function show(pipeline: Pipeline, state: RunState, leg: SeenLeg, now: number): void {
  try {
    for (const line of leg.events) {
      const event = parseEvent(line);
      if (!isOfLeg(event, leg.key)) return;
      const ts = new Date(Math.min(Date.parse(event.ts), now)).toISOString();
      fold(pipeline, state, { ...event, ts });
    }
  } catch {
    // As far as it could be understood.
  }
}
