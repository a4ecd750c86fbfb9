/** A workflow run holds the hop: stop it when asked, and notice when it is gone. */
import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { runningAttempts } from "../../engine/core/effects.ts";
import type { Hop } from "../../engine/core/state.ts";
import { refusedByReviewer } from "./refused-review.ts";
import type { Round, Turn } from "./turn.ts";

/** GitHub kills a cancelled run after five minutes by itself; a minute later nothing honest is left to wait for. */
const FORCE_AFTER_MS = 360_000;
const LOOK_EVERY_MS = 60_000;
/** Two machines' clocks may be this far apart. */
const SKEW_MS = 7_200_000;

export async function whileClaimed(turn: Turn, hop: Hop): Promise<Round> {
  const { log, ports } = turn;
  const { by } = hop;
  const now = ports.clock.now();
  const again: Round = { done: { status: "running", state: log.state, lookAgainAt: now + LOOK_EVERY_MS } };
  if (by === null) return again;
  const run = await ports.actions.get(by.run_id);
  // An answer from before the claim tells nothing; a later attempt that is over held the hop and recorded no end of its hop.
  const gone = run === null || (run.completed && run.attempt >= by.attempt);
  if (!gone) {
    if (log.state.stop && !run.completed) await stop(turn, by.run_id, now);
    return again;
  }
  const ended =
    run === null ? "cannot be found any more" : `ended ${run.conclusion ?? "without a conclusion"}`;
  const stopped = log.state.stop !== null;
  if (!stopped && run?.conclusion === "cancelled" && (await ports.actions.wasCanceled(run.id))) {
    log.push({
      event: "cancellation_requested",
      reason: `workflow run ${by.run_id} was cancelled`,
      by: "Actions",
    });
  }
  for (const event of lostAttempts(log.pipeline, log.state, runningAttempts(log.pipeline, log.state)))
    log.push(event);
  log.push({
    event: "hop_lost",
    hop: hop.hop,
    epoch: hop.epoch,
    cause: `workflow run ${by.run_id} ${ended} and recorded no end of its hop`,
  });
  if (!stopped && run?.conclusion === "failure") {
    const refusal = await ports.actions.refusal(run.id);
    if (refusal !== null) log.push(refusedByReviewer(refusal));
  }
  // Appended on the tip that showed no end of the hop; if one came meanwhile, this append loses and the next round sees it.
  await log.flush();
  return { again: true };
}

/** Asked politely at least once, whatever the clocks say: they may be hours apart. */
async function stop({ log, ports }: Turn, runId: string, now: number): Promise<void> {
  const key = `${log.state.runId}/stop/${runId}`;
  const asked = ports.tried.get(key);
  const since = now - (log.state.stop?.at ?? now);
  const due = asked === undefined ? since >= SKEW_MS + FORCE_AFTER_MS : now - asked >= FORCE_AFTER_MS;
  if (asked === undefined) ports.tried.set(key, now);
  if (due) await ports.actions.forceCancel(runId);
  else await ports.actions.cancel(runId);
}
