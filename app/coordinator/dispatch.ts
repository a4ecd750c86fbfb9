/** A hop is planned and nobody has claimed it: dispatch it, at least once, not too often, and not for ever. */
import type { Hop } from "../../engine/core/state.ts";
import type { Round, Turn } from "./coordinate.ts";
import { DispatchRefused, type WorkflowRun } from "./ports.ts";

/** Since the plan: when a dispatch is due. The last is also the last chance. */
const DUE_AFTER_MS = [0, 60_000, 180_000, 420_000, 900_000];
const GIVE_UP_AFTER_MS = 1_800_000;
const AGAIN_MS = 60_000;

export async function dispatchHop(turn: Turn, hop: Hop): Promise<Round> {
  const { log, ports, started } = turn;
  if (log.state.stop) return abandon(turn, hop, null);
  const key = `${log.state.runId}/hop/${hop.hop}/e${hop.epoch}`;
  const now = ports.clock.now();
  const age = now - hop.plannedAt;
  const last = ports.dispatched.get(key);
  const first = last === undefined && age < AGAIN_MS;
  if (!first) {
    const found = await ports.actions.find(started, hop);
    if (found && !found.completed) return later(turn, now + AGAIN_MS);
    if (found) return unclaimed(turn, hop, found);
    if (age > GIVE_UP_AFTER_MS)
      return abandon(
        turn,
        hop,
        `hop ${hop.hop} was dispatched for ${Math.round(age / 60_000)} minutes and no workflow run claimed it`,
      );
  }
  const due = DUE_AFTER_MS.findLast((after) => after <= age) ?? 0;
  if (last !== undefined && last >= hop.plannedAt + due) return later(turn, nextDue(hop, age, now));
  ports.dispatched.set(key, now);
  try {
    await ports.actions.dispatch(started, {
      v: 1,
      run: log.state.runId,
      hop: hop.hop,
      epoch: hop.epoch,
      tip: log.tip,
    });
  } catch (error) {
    if (error instanceof DispatchRefused) return abandon(turn, hop, `${error.message}; ${error.mend}`);
    // Whether it was accepted nobody knows. If it was, it claims; if not, it is due again.
  }
  return later(turn, now + AGAIN_MS);
}

function later(turn: Turn, lookAgainAt: number): Round {
  return { done: { status: "running", state: turn.log.state, lookAgainAt } };
}

function nextDue(hop: Hop, age: number, now: number): number {
  const next = DUE_AFTER_MS.find((after) => after > age);
  return next === undefined ? now + AGAIN_MS : hop.plannedAt + next;
}

/** The workflow run ended before its first step claimed: it never started, or somebody canceled it. */
async function unclaimed(turn: Turn, hop: Hop, run: WorkflowRun): Promise<Round> {
  const { log } = turn;
  const what = `workflow run ${run.url} ended ${run.conclusion ?? "without a conclusion"} before it claimed hop ${hop.hop}`;
  if (run.conclusion === "startup_failure") {
    return abandon(
      turn,
      hop,
      `${what}; GitHub could not start it: compare the caller's permissions and inputs with \`attractor doctor\``,
    );
  }
  if (run.conclusion === "cancelled" && hop.epoch > 1) {
    log.push({ event: "cancellation_requested", reason: `${what}, twice`, by: "Actions" });
    return abandon(turn, hop, null);
  }
  log.push({ event: "hop_lost", hop: hop.hop, epoch: hop.epoch, cause: what });
  await log.flush();
  return { again: true };
}

/** The hop will not run: take it back, and let the run end. */
async function abandon(turn: Turn, hop: Hop, reason: string | null): Promise<Round> {
  const { log } = turn;
  log.push({
    event: "hop_lost",
    hop: hop.hop,
    epoch: hop.epoch,
    cause: reason ?? "the run was stopped before the hop began",
  });
  if (reason !== null)
    log.push({ event: "run_aborted", reason, failure_class: "transient_infra", by: "coordinator" });
  await log.flush();
  return { again: true };
}
