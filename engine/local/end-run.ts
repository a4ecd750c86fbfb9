/** Ends a run from outside its stages: its driver is gone, or somebody wants it to stop while nobody drives it. */
import { lostAttempts } from "../core/attempt-end.ts";
import { decide } from "../core/decide.ts";
import { runningAttempts } from "../core/effects.ts";
import type { EventBody } from "../core/events.ts";
import type { RunLog } from "../drive/log.ts";

/** Ends whatever is open as lost, records why, and writes the run's last line. */
export async function endRun(log: RunLog, why: EventBody): Promise<void> {
  for (const event of lostAttempts(log.pipeline, log.state, runningAttempts(log.pipeline, log.state)))
    log.push(event);
  log.push(why);
  for (;;) {
    const { event } = decide(log.pipeline, log.state);
    if (!event) break;
    log.push(event);
  }
  await log.flush();
}

export const aborted = (reason: string, by: string): EventBody => ({
  event: "run_aborted",
  reason,
  failure_class: "transient_infra",
  by,
});
