/**
 * What ledgers in a ref have in common, whether git or GitHub's API moves it: one call at a time, and an append counts only
 * on the tip where it was judged.
 */
import { inTurn } from "../git/one-at-a-time.ts";
import { type Position, type StampedLine, stamp, stampFirst } from "./envelope.ts";
import {
  type AppendResult,
  existsAlready,
  LedgerError,
  type LedgerEvent,
  type NewEvent,
  type Snapshot,
  type Tip,
} from "./port.ts";

/** The log as it stands at a commit. */
export interface RefLog {
  readonly commit: string;
  readonly events: readonly LedgerEvent[];
  readonly position: Position;
}

export interface RefLedgerPorts<Log extends RefLog, Extra extends object> {
  readonly runId: string;
  readonly ref: string;
  /** Whether the ref is there already, where moving it does not tell. */
  readonly exists: () => Promise<boolean>;
  /** What was read or written last. */
  readonly known: () => Log | null;
  readonly look: () => Promise<Log>;
  readonly store: (from: Log | null, lines: readonly StampedLine[], extra: Extra) => Promise<AppendResult>;
}

export interface RefLedger<Extra extends object> {
  readonly runId: string;
  create(first: readonly NewEvent[]): Promise<AppendResult & { ok: true }>;
  read(): Promise<Snapshot>;
  append(tip: Tip, events: readonly NewEvent[], extra?: Extra): Promise<AppendResult>;
  close(): Promise<void>;
}

export function refLedger<Log extends RefLog, Extra extends object>(
  ports: RefLedgerPorts<Log, Extra>,
  none: Extra,
): RefLedger<Extra> {
  const { runId, ref } = ports;
  const turn = inTurn();
  return {
    runId,
    create: (first) =>
      turn(async () => {
        const made = (await ports.exists()) ? null : await ports.store(null, stampFirst(first, runId), none);
        if (made?.ok) return made;
        throw existsAlready(ref);
      }),
    read: () =>
      turn(async () => {
        const { commit, events } = await ports.look();
        return { tip: commit as Tip, events };
      }),
    append: (tip, events, extra = none) =>
      turn(async () => {
        // Moving the ref is the check; asking before it would only be a second one.
        const known = ports.known();
        const at = known?.commit === tip ? known : await ports.look();
        if (at.commit !== tip) return { ok: false, reason: "moved", tip: at.commit as Tip };
        if (events.length === 0 && Object.keys(extra).length === 0) return { ok: true, tip, events: [] };
        return ports.store(at, stamp(events, runId, at.position), extra);
      }),
    close: () => turn(async () => undefined),
  };
}

export const noLog = (runId: string, ref: string): LedgerError =>
  new LedgerError(
    "missing",
    `run ${JSON.stringify(runId)} has no log at ${ref}`,
    "check the run id, or start the run",
  );
