/**
 * A trunk job that comes to a decision of the app asks, and goes on in the same job with what the app plans and offers to its
 * workflow run: no new job, and no dispatch. The claim decides, as ever; an offer that nobody takes is dispatched.
 */
import type { Hop, RunState } from "../../engine/core/state.ts";
import type { ActionsPort } from "./ports.ts";

/** How long the job waits, and how often it looks. */
export const ASKS_FOR_MS = 90_000;
export const LOOKS_EVERY_MS = 3_000;
/** What is planned later than that may find nobody: its job would have to see it and to claim it. */
const MAY_OFFER_MS = 75_000;
/** A runner may be ahead of GitHub. */
const SKEW_MS = 30_000;
/** An offer that is not claimed by then is dispatched. */
const OFFERED_FOR_MS = 60_000;

/** The workflow run that waits for the next hop; null where none does any more. */
export function askerOf({ hop }: RunState, now: number): string | null {
  if (hop?.status !== "settled" || hop.askedAt === undefined || hop.by === null) return null;
  const waits = now - hop.askedAt;
  return waits > -SKEW_MS && waits < MAY_OFFER_MS ? hop.by.run_id : null;
}

/** Until when a planned hop is left to the workflow run that it was offered to; null: nobody takes it any more. */
export async function offeredUntil(
  { offer, plannedAt }: Hop,
  now: number,
  actions: Pick<ActionsPort, "get">,
): Promise<number | null> {
  const age = now - plannedAt;
  if (offer === undefined || age < 0 || age >= OFFERED_FOR_MS) return null;
  const run = await actions.get(offer);
  return run === null || run.completed ? null : plannedAt + OFFERED_FOR_MS;
}
