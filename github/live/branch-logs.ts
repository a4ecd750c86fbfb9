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

export interface BranchLogs {
  /** The run as its branches have it; the given state when none runs. */
  closer(runId: string, pipeline: Pipeline, trunk: Ledger): Promise<RunState>;
  forget(runId: string): void;
}

/** Of one look, besides the list of their refs. What does not fit is seen the next time. */
const MOST_CALLS = 20;
const MOST_EVENTS = 5_000;

interface SeenLeg {
  readonly key: string;
  /** Keeps what it has read, so that a leg that moved costs two calls. */
  readonly ledger: Ledger;
  /** Where it stands, and where it stood when it was last read. */
  tip: string;
  read: string;
  /** The look in which it was last tried. */
  tried: number;
  events: readonly LedgerEvent[];
}

export function branchLogs(git: GitData, now: () => number): BranchLogs {
  const runs = new Map<string, Map<string, SeenLeg>>();
  let looks = 0;
  let calls = 0;
  const spend = <T>(call: () => Promise<T>): Promise<T> => {
    if (calls >= MOST_CALLS) throw new Error("this look has asked enough");
    calls++;
    return call();
  };

  function begun(runId: string, ref: string, key: string): SeenLeg {
    const sparing: GitData = {
      ...git,
      // The list of refs has told.
      ref: async () => leg.tip,
      files: (commit) => spend(() => git.files(commit)),
      blob: (sha) => spend(() => git.blob(sha)),
    };
    const ledger = apiLedger({ git: sparing, runId, ref, openRef: null, pause: async () => undefined });
    const leg: SeenLeg = { key, ledger, tip: "", read: "", tried: 0, events: [] };
    return leg;
  }

  async function look(runId: string, state: RunState): Promise<SeenLeg[]> {
    const cursor = state.scopes.get(TRUNK)?.cursor;
    if (cursor?.phase !== "fanned" || state.hop?.status !== "claimed") return [];
    const keys = new Map(cursor.fan.planned.map((branch) => [legName(branch), branch.key]));
    const seen = runs.get(runId) ?? new Map<string, SeenLeg>();
    runs.set(runId, seen);
    const current: SeenLeg[] = [];
    for (const [ref, tip] of await git.matching(`${DEFAULT_REF_PREFIX}/${runId}/branch/`)) {
      const [, name, epoch] = /\/([^/]+)\/e(\d+)a\d+$/.exec(ref) ?? [];
      const key = name === undefined ? undefined : keys.get(name);
      if (key === undefined || Number(epoch) !== state.hop.epoch) continue;
      const leg = seen.get(ref) ?? begun(runId, ref, key);
      seen.set(ref, leg);
      current.push(leg);
      leg.tip = tip;
    }
    looks++;
    calls = 0;
    // Those that waited longest come first: one that is read in vain each time keeps no other from being seen.
    const moved = current.filter((leg) => leg.read !== leg.tip).sort((a, b) => a.tried - b.tried);
    for (const leg of moved) {
      if (calls >= MOST_CALLS) break;
      leg.tried = looks;
      // A leg's log is hostile: one that cannot be read is not shown any further, and the job that takes it in will say why.
      const log = await leg.ledger.read().catch(() => null);
      if (log === null) continue;
      leg.read = leg.tip;
      leg.events = log.events.slice(0, MOST_EVENTS);
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
