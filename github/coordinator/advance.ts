/** No hop is under way: the decisions are the coordinator's, and what needs a runner is planned as the next hop. */

import { advanceManagers } from "./manager.ts";
import { plannedHop, whatFollows } from "./next-hop.ts";
import { askerOf } from "./offer.ts";
import { refusedByReviewer } from "./refused-review.ts";
import type { Round, Turn } from "./turn.ts";
import { bound, waitForAnswers } from "./waiting-gates.ts";

export async function advance(turn: Turn): Promise<Round> {
  const { log, ports } = turn;
  for (;;) {
    const follows = await whatFollows(log, { now: ports.clock.now, bound: (event) => bound(turn, event) });
    if (follows.kind === "asked") return waitForAnswers(turn, follows.rests);
    if (follows.kind === "managed") {
      const watched = await advanceManagers(turn, follows.effects);
      if ("done" in watched) return watched;
      continue;
    }
    if (follows.kind === "hop") {
      const refusal = await refusalOfLast(turn);
      if (refusal !== null) {
        log.push(refusedByReviewer(refusal));
        continue;
      }
      const asker = askerOf(log.state, ports.clock.now());
      log.push({ ...plannedHop(log.state), ...(asker === null ? {} : { offer: asker }) });
    }
    await log.flush();
    // The next round dispatches what is now planned, or ends.
    return { again: true };
  }
}

/** The app hears of a refusal by a hop that is lost, or that did nothing; a job of that workflow run only by asking. */
async function refusalOfLast({ log, ports, started }: Turn): Promise<string | null> {
  const { hop, hopsLost } = log.state;
  if (hop === null || hop.by === null || hop.status !== "settled") return null;
  if (started.coordinator === "app" && hopsLost === 0) return null;
  return ports.actions.refusal(hop.by.run_id);
}
