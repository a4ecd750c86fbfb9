/**
 * The rules of rounds: what each job of a workflow run may do with the hop, told by the ledger's state, the job and what it
 * was given. Pure; job parts and simulation follow the same ones. A job holds `hop.epoch`, never "what its workflow run holds".
 */
import type { RunState } from "../../engine/core/state.ts";
import type { HopInput } from "../inputs.ts";
import type { LegsOutput } from "./control-output.ts";

/** A job's workflow run, and which attempt of it this is. */
export interface HolderJob {
  readonly runId: string;
  readonly attempt: number;
}

export type ClaimTask =
  /** Append `hop_started` with these; then work. */
  | { readonly does: "claim"; readonly hop: number; readonly epoch: number }
  /** Nothing here is its own: say why, and `goAfter`. */
  | { readonly does: "leave"; readonly why: string };

/** `collect`: take in the branches of the hop that `go` names, end that hop, and go on (`endRound`). */
export type TrunkTask = ClaimTask | { readonly does: "collect" };

/** Whether this workflow run holds the hop, in this attempt or an earlier one. */
export const holdsHop = ({ hop }: RunState, job: HolderJob): boolean =>
  hop?.status === "claimed" && hop.by?.run_id === job.runId && hop.by.attempt <= job.attempt;

/** Whether a job still holds the hop that it took: its machine may have stood still since. */
export const stillHolds = (now: RunState, { hop }: Pick<RunState, "hop">, job: HolderJob): boolean =>
  !now.ended && holdsHop(now, job) && now.hop?.hop === hop?.hop && now.hop?.epoch === hop?.epoch;

const isAt = ({ hop }: RunState, go: LegsOutput): boolean => hop?.hop === go.hop && hop.epoch === go.epoch;

/** `asked`: the hop that this workflow run was dispatched for; null where the run begins in it. */
export function firstTrunk(state: RunState, job: HolderJob, asked: HopInput | null): ClaimTask {
  const again = claimAgain(state, job);
  if (again !== null) return again;
  const { hop } = state;
  const isPlanned = hop?.status === "planned" && !state.ended;
  if (!isPlanned || (asked && (asked.hop !== hop.hop || asked.epoch < hop.epoch)))
    return { does: "leave", why: whyNothing(state, job, asked) };
  return { does: "claim", hop: hop.hop, epoch: hop.epoch };
}

/** `go`: what the trunk of the round before said; null when it is no list of branches. */
export function laterTrunk(state: RunState, job: HolderJob, go: LegsOutput | null): TrunkTask {
  if (go !== null && !state.ended && holdsHop(state, job) && isAt(state, go)) return { does: "collect" };
  return claimAgain(state, job) ?? { does: "leave", why: whyNothing(state, job, go) };
}

/** A person pressed "re-run": what an earlier attempt held goes on under a new epoch, which fences that one off. */
function claimAgain(state: RunState, job: HolderJob): ClaimTask | null {
  const { hop, ended } = state;
  if (ended || !hop?.by || !holdsHop(state, job) || hop.by.attempt === job.attempt) return null;
  return { does: "claim", hop: hop.hop, epoch: hop.epoch + 1 };
}

const GO_ON = "to go on: /attractor resume, or run the workflow anew";

function whyNothing(
  { runId, ended, hop }: RunState,
  job: HolderJob,
  asked: { readonly hop: number; readonly epoch: number } | null,
): string {
  if (ended) return `run ${runId} has ended (${ended.status}); ${GO_ON}`;
  if (hop === null) return `run ${runId} has no hop planned; ${GO_ON}`;
  if (asked && (asked.hop !== hop.hop || asked.epoch < hop.epoch))
    return `hop ${asked.hop} (epoch ${asked.epoch}) is over: the run stands at hop ${hop.hop} (epoch ${hop.epoch}); ${GO_ON}`;
  if (hop.status !== "claimed") return `hop ${hop.hop} is ${hop.status}, which is not for this job; ${GO_ON}`;
  return hop.by?.run_id === job.runId
    ? `hop ${hop.hop} is already claimed by this workflow run`
    : `hop ${hop.hop} is already run by workflow run ${hop.by?.run_id}`;
}

/** Why a branch's job runs nothing; null when it may. A branch runs in its own round alone. */
export function whyNoLeg(state: RunState, job: HolderJob, go: LegsOutput): string | null {
  const own = `hop ${go.hop} (epoch ${go.epoch})`;
  if (!holdsHop(state, job))
    return `this workflow run does not hold ${own} of run ${state.runId}; nothing runs here`;
  if (!isAt(state, go))
    return `${own} of run ${state.runId} is over: it stands at hop ${state.hop?.hop} (epoch ${state.hop?.epoch})`;
  return null;
}

/** Whether a read is as new as the claim of the hop that `go` names; a job's first read may lag behind the job before it. */
export const isAsNewAs = (events: readonly { readonly event: string }[], go: LegsOutput): boolean =>
  events.some((line) => line.event === "hop_started" && "epoch" in line && Number(line.epoch) >= go.epoch);

/**
 * The epoch of the hop in which the trunk last took in what a branch's job had written before it rested; 0: none. What a job of
 * an older hop writes after that (a runner that was given up, and lives) is not what the branch goes on from.
 */
export function collectedIn(events: readonly { readonly event: string }[], branch: string): number {
  let epoch = 0;
  let found = 0;
  for (const line of events) {
    if (line.event === "hop_started" && "epoch" in line) epoch = Number(line.epoch);
    if (line.event === "leg_paused" && "branch_key" in line && line.branch_key === branch) found = epoch;
  }
  return found;
}

/** Whether this workflow run was the last that held a hop. */
export const heldLast = ({ hop }: RunState, { runId }: HolderJob): boolean => hop?.by?.run_id === runId;

/**
 * What a trunk job says at its end when no branches follow. `next`: only that job can go on (settle, plan and dispatch, look
 * after a manager, tell people), for it may speak to the API. `done`: nothing is left to do, or it is somebody else's.
 * `tells`: people are to be told of an end, by a comment, a check or a pull request, or a parent run is.
 */
export function goAfter(state: RunState, job: HolderJob, tells: boolean): "next" | "done" {
  const { hop, ended, started } = state;
  // Whatever it still holds its own workflow run settles: nobody else notices before that is over.
  if (!ended && holdsHop(state, job)) return "next";
  if (started?.coordinator === "app") return "done";
  if (ended) return tells && heldLast(state, job) ? "next" : "done";
  if (hop === null || hop.status === "claimed") return "done";
  // A person who re-runs wants the run to go on, whoever was to plan or dispatch and was lost.
  return heldLast(state, job) || job.attempt > 1 ? "next" : "done";
}

export type LastTask =
  /** End the hop that the workflow run still holds, whose jobs are over; canceled: with the request, and nothing collected. */
  | "settle"
  /** Append the request to end the run: somebody cancelled a workflow run that was its. */
  | "request"
  /** Append `hop_lost`: this workflow run was dispatched for the hop, all its jobs are over, and none claimed it. */
  | "lose"
  /** Leave the log alone; where the workflow decides, coordinate. */
  | "look";

/** What job `next`, or with `canceled` that job, does first. `took`: this workflow run once claimed a hop of the run. */
export function lastTask(
  state: RunState,
  job: HolderJob,
  { canceled, took, asked }: { canceled: boolean; took: boolean; asked: HopInput | null },
): LastTask {
  if (state.ended) return "look";
  if (holdsHop(state, job)) return "settle";
  const { hop, stop } = state;
  const isForIt = hop?.status === "planned" && asked?.hop === hop.hop && asked.epoch === hop.epoch;
  if (canceled && stop === null && (took || isForIt)) return "request";
  return isForIt && state.started?.coordinator !== "app" ? "lose" : "look";
}

/** Whether this workflow run once claimed a hop of the run. */
export const tookHop = (events: readonly { readonly event: string }[], { runId }: HolderJob): boolean =>
  events.some(
    (line) =>
      line.event === "hop_started" && "by" in line && (line.by as { run_id?: unknown }).run_id === runId,
  );

/** It did, or was dispatched for the run's last hop, which nobody claimed: the job that found that out wrote the end. */
export const tookPart = (
  { hop }: RunState,
  events: readonly { readonly event: string }[],
  job: HolderJob,
  asked: HopInput | null,
): boolean =>
  tookHop(events, job) ||
  (asked !== null && hop?.by === null && hop.hop === asked.hop && hop.epoch === asked.epoch);

/** A workflow run is as red as the run it took part in: a re-run of it after the end, too. `took`: it did, or wrote the end. */
export const isRed = ({ ended }: RunState, took: boolean): boolean => ended?.status === "fail" && took;
