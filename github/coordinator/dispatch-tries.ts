/**
 * How often a planned hop was dispatched again, as the log says: whoever comes after a coordinator that died knows it, and
 * a hop that nobody ever dispatched is not given up for its age.
 */
import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";

const AGAIN = "hop_dispatched_again";

export interface Tried {
  readonly times: number;
  /** By the log's own time. */
  readonly lastAt: number;
}

export interface Tries {
  of(this: void, hop: { readonly hop: number; readonly epoch: number }): Tried;
  see(this: void, event: LedgerEvent | RunEvent): void;
}

type Planned = { readonly hop: number; readonly epoch: number };
const nameOf = ({ hop, epoch }: Planned): string => `hop ${hop}.${epoch}`;

export const triedAgain = (hop: Planned): EventBody => ({
  event: "warning",
  code: AGAIN,
  message: `${nameOf(hop)} is planned and no workflow run has claimed it: it is dispatched again`,
});

export function triesOf(events: readonly LedgerEvent[]): Tries {
  const found = new Map<string, Tried>();
  const see = (event: LedgerEvent | RunEvent): void => {
    if (event.event !== "warning" || event.code !== AGAIN) return;
    const name = String(event.message).split(" is planned")[0] ?? "";
    found.set(name, { times: (found.get(name)?.times ?? 0) + 1, lastAt: Date.parse(event.ts) });
  };
  for (const event of events) see(event);
  return { of: (hop) => found.get(nameOf(hop)) ?? { times: 0, lastAt: Number.NEGATIVE_INFINITY }, see };
}
