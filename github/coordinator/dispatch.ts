/**
 * A hop is planned and nobody has claimed it: dispatch it, at least once, not too often, and not for ever. What was tried
 * counts, not the age of the plan: a coordinator may be down for longer than that (docs/decisions/117).
 */
import type { Hop } from "../../engine/core/state.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import { triedAgain } from "./dispatch-tries.ts";
import { offeredUntil } from "./offer.ts";
import { DispatchRefused, type WorkflowRun } from "./ports.ts";
import { refusedByReviewer } from "./refused-review.ts";
import type { Round, Turn } from "./turn.ts";

/** After each dispatch: how long its workflow run may take to claim. After the last one the hop is given up. */
const PAUSES_MS = [60_000, 120_000, 240_000, 480_000, 900_000];
const LAST = PAUSES_MS.length - 1;
const AGAIN_MS = 60_000;

export async function dispatchHop(turn: Turn, hop: Hop): Promise<Round> {
  const { log, ports, started } = turn;
  if (log.state.stop) return abandon(turn, hop, null);
  const key = `${log.state.runId}/hop/${hop.hop}/e${hop.epoch}`;
  const now = ports.clock.now();
  const offered = await offeredUntil(hop, now, ports.actions);
  if (offered !== null) return later(turn, offered);
  const age = now - hop.plannedAt;
  const mine = ports.tried.get(key);
  const { times, lastAt } = turn.tries.of(hop);
  // A plan that is younger than this was made by this look, or by somebody who is about to dispatch.
  const first = mine === undefined && times === 0 && age >= 0 && age < AGAIN_MS;
  if (!first) {
    const found = await ports.actions.find(started, hop);
    if (found && !found.completed) return later(turn, now + AGAIN_MS);
    if (found) return unclaimed(turn, hop, found);
    // A time that has not come yet was written by a clock that is wrong.
    const since = Math.max(
      mine ?? Number.NEGATIVE_INFINITY,
      lastAt <= now ? lastAt : Number.NEGATIVE_INFINITY,
    );
    const due = since + (PAUSES_MS[Math.min(times, LAST)] ?? 0);
    if (now < due) return later(turn, due);
    if (times >= LAST)
      return abandon(
        turn,
        hop,
        `hop ${hop.hop} was dispatched for ${Math.round(age / 60_000)} minutes and no workflow run claimed it`,
      );
    log.push(triedAgain(hop));
    await log.flush();
  }
  ports.tried.set(key, now);
  await ports.ensureSweeps?.();
  try {
    await ports.actions.dispatch(started, {
      v: 1,
      run: log.state.runId,
      hop: hop.hop,
      epoch: hop.epoch,
      tip: log.tip,
    });
  } catch (error) {
    if (error instanceof DispatchRefused) return abandon(turn, hop, `${error.message}; ${error.fix}`);
    // Whether it was accepted nobody knows. If it was, it claims; if not, it is due again.
  }
  return later(turn, now + AGAIN_MS);
}

function later(turn: Turn, lookAgainAt: number): Round {
  return { done: { status: "running", state: turn.log.state, lookAgainAt } };
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
  const refusal = run.conclusion === "failure" ? await turn.ports.actions.refusal(run.id) : null;
  if (refusal !== null) {
    lose(log, hop, what);
    log.push(refusedByReviewer(refusal));
    await log.flush();
    return { again: true };
  }
  if (run.conclusion === "cancelled" && hop.epoch > 1 && (await turn.ports.actions.wasCanceled(run.id))) {
    log.push({ event: "cancellation_requested", reason: `${what}, twice`, by: "Actions" });
    return abandon(turn, hop, null);
  }
  lose(log, hop, what);
  await log.flush();
  return { again: true };
}

const lose = (log: RunLog, { hop, epoch }: Hop, cause: string): void =>
  void log.push({ event: "hop_lost", hop, epoch, cause });

/** The hop will not run: take it back, and let the run end. */
async function abandon(turn: Turn, hop: Hop, reason: string | null): Promise<Round> {
  const { log } = turn;
  lose(log, hop, reason ?? "the run was stopped before the hop began");
  if (reason !== null)
    log.push({ event: "run_aborted", reason, failure_class: "transient_infra", by: "coordinator" });
  await log.flush();
  return { again: true };
}
