/**
 * The end as a file: a job that runs nothing leaves checkpoint and final.json as its artifact (R-GH-2). Asked for by
 * whoever wrote the end and is no job of that run.
 */

import type { Clock } from "../../engine/clock.ts";
import type { RunState } from "../../engine/core/state.ts";
import { type ActionsPort, DispatchRefused } from "./ports.ts";

const TRIES = 3;
const PAUSE_MS = 1_000;

/** Rejects when nobody knows whether it was asked for: twice does no harm. */
export async function deliverFinal(
  { actions, clock }: { readonly actions: Pick<ActionsPort, "deliver">; readonly clock: Clock },
  { runId, started }: RunState,
): Promise<void> {
  if (started === null) return;
  for (let attempt = 1; ; attempt++) {
    try {
      return await actions.deliver({ ...started, seq: 1, ts: "", run_id: runId });
    } catch (error) {
      // No job can run there any more; the log has the end, and keeps it.
      if (error instanceof DispatchRefused) return;
      if (attempt === TRIES) throw error;
      await clock.sleep(PAUSE_MS * 2 ** attempt, new AbortController().signal);
    }
  }
}
