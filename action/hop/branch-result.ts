/** What a part of a hop brought, wherever it is found: on the part's own refs, or in its artifact. */
import type { LedgerEvent } from "../../engine/ledger/port.ts";

export type LegResult =
  | {
      readonly events: readonly LedgerEvent[];
      /** Its work, in the driver's repository by now; null when it brought none. */
      readonly work: string | null;
    }
  /** Something is there and cannot be taken. */
  | { readonly problem: string };

export const hasEnded = (brought: LegResult): boolean =>
  "events" in brought && brought.events.some(({ event }) => event === "branch_completed");

/** Nothing more is to come: it ended, it paused, or what it left cannot be taken. */
export const isWhole = (brought: LegResult): boolean =>
  !("events" in brought) || hasEnded(brought) || brought.events.some(({ event }) => event === "leg_paused");

/** Of this epoch and no later attempt; one that ended its branch is better than a newer one that did not. */
export async function newestLegResult(
  attempt: number,
  look: (attempt: number) => Promise<LegResult | null>,
): Promise<LegResult | null> {
  let best: LegResult | null = null;
  for (let tried = attempt; tried >= 1; tried--) {
    const brought = await look(tried);
    if (brought === null) continue;
    if (hasEnded(brought)) return brought;
    if (best === null || "problem" in best) best = brought;
  }
  return best;
}
