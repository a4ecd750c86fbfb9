/**
 * The end as a file: a job that runs nothing leaves checkpoint and final.json as its artifact (R-GH-2). Asked for by
 * whoever wrote the end and is no job of that run.
 */
import type { RunState } from "../../engine/core/state.ts";
import { type ActionsPort, DispatchRefused } from "./ports.ts";

export async function deliverFinal(
  actions: Pick<ActionsPort, "deliver">,
  { runId, started }: RunState,
): Promise<void> {
  if (started === null) return;
  try {
    await actions.deliver({ ...started, seq: 1, ts: "", run_id: runId });
  } catch (error) {
    // No job can run there any more; the log has the end, and keeps it.
    if (!(error instanceof DispatchRefused)) throw error;
  }
}
