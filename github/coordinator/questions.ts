/** What the log says about questions beyond the state: when each was first asked, on which heads, whether people were reminded. */
import type { RunEvent } from "../../engine/core/events.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";

/** The code of the warning that records a reminder, so that no second coordinator reminds again. */
export const REMINDED = "gate_reminder";

export interface Questions {
  /** Head SHAs that questions were bound to, oldest first. */
  readonly heads: ReadonlySet<string>;
  /** Gate id to the instant of the first asking. */
  readonly firstAsked: ReadonlyMap<string, number>;
  readonly reminded: ReadonlySet<string>;
  see(this: void, event: RunEvent): void;
}

export const reminderText = (gate: string): string => `${gate} has waited for half of its time`;

export function questionsOf(events: readonly LedgerEvent[]): Questions {
  const heads = new Set<string>();
  const firstAsked = new Map<string, number>();
  const reminded = new Set<string>();
  const see = (event: LedgerEvent | RunEvent): void => {
    if (event.event === "human_gate_waiting") {
      const gate = String(event.gate);
      if (!firstAsked.has(gate)) firstAsked.set(gate, Date.parse(event.ts));
      if (typeof event.head_sha === "string") {
        // A head that came back is the newest again.
        heads.delete(event.head_sha);
        heads.add(event.head_sha);
      }
    } else if (event.event === "warning" && event.code === REMINDED) reminded.add(String(event.message));
  };
  for (const event of events) see(event);
  return { heads, firstAsked, reminded, see };
}
