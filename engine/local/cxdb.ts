/** Records a run on this machine in a CXDB server while it goes on. A server that fails is a warning, and no more. */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EventBody, parseEvent, type RunEvent } from "../core/events.ts";
import type { RunState } from "../core/state.ts";
import { type CxdbAddress, newContext, type Recorded, recordRun } from "../cxdb/sink.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import type { Ledger, Snapshot } from "../ledger/port.ts";
import { finalOf } from "../ledger/projections/final.ts";
import { redactor } from "../redact/redact.ts";
import { secretValues } from "../stages/inherit-env.ts";
import { FILES } from "./folder.ts";

const EVERY_MS = 5000;

export interface Recorder {
  /** What the log begins this time with: the context, or a warning. */
  readonly opening: readonly EventBody[];
  /** Everything that came, and the ids into the final. */
  finish(state: RunState): Promise<{ readonly ids: object; readonly problem?: string }>;
}

export interface RecorderOptions {
  readonly root: string;
  readonly ledger: Ledger;
  readonly snapshot: Snapshot;
  readonly options: { readonly env: Readonly<Record<string, string | undefined>> };
}

export async function cxdbRecorder(
  address: CxdbAddress,
  { root, ledger, snapshot, options }: RecorderOptions,
): Promise<Recorder> {
  const mask = redactor(secretValues(options.env));
  const known = snapshot.events.map(parseEvent).find((event) => event.event === "cxdb_context");
  const opened = known ? { contextId: known.context_id, opening: [] } : await open(address, ledger.runId);
  const { contextId } = opened;
  if (contextId === null) return { opening: opened.opening, finish: async () => ({ ids: {} }) };
  const over = new AbortController();
  const bring = async (): Promise<Recorded> => recordRun(address, contextId, await eventsOf(ledger), mask);
  // Each is behind the one before: two at once would both write what is missing.
  const live = (async () => {
    while (!over.signal.aborted) {
      await sleep(EVERY_MS, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
      if (!over.signal.aborted) await bring().catch(() => undefined);
    }
  })();
  return {
    opening: opened.opening,
    async finish(state) {
      over.abort();
      await live;
      try {
        const { headTurnId } = await bring();
        const ids = { cxdb_head_turn_id: headTurnId };
        if (state.ended) await writeJsonAtomic(join(root, FILES.final), { ...finalOf(state), ...ids });
        return { ids };
      } catch (error) {
        return { ids: {}, problem: `CXDB has not all of the run: ${(error as Error).message}` };
      }
    },
  };
}

async function open(
  address: CxdbAddress,
  runId: string,
): Promise<{ contextId: string | null; opening: EventBody[] }> {
  try {
    const contextId = await newContext(address, runId);
    return { contextId, opening: [{ event: "cxdb_context", context_id: contextId }] };
  } catch (error) {
    const message = `CXDB records nothing of this: ${(error as Error).message}`;
    return { contextId: null, opening: [{ event: "warning", code: "cxdb_failed", message }] };
  }
}

const eventsOf = async (ledger: Ledger): Promise<RunEvent[]> => (await ledger.read()).events.map(parseEvent);
