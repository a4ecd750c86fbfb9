/**
 * A ledger that is durable on this machine at once and on the remote at the moments its driver names: hosts take few
 * pushes a minute. A machine that is lost loses what it had not pushed. Events of others are taken in when we push; where
 * they only ask (cancel, answer) ours are numbered anew behind them, else ours are dropped: somebody took over.
 */

import { inTurn } from "../git/one-at-a-time.ts";
import { writeFileAtomic } from "./atomic.ts";
import { ORIGIN, stamp, unstamped } from "./envelope.ts";
import { type FileLedger, fileLedger } from "./file-ledger.ts";
import type { AppendResult, Ledger, LedgerEvent, NewEvent, Snapshot, Tip } from "./port.ts";

/** The remote, whose appends may carry more than events. */
interface Remote<Extra> extends Ledger {
  append(tip: Tip, events: readonly NewEvent[], extra?: Extra): Promise<AppendResult>;
}

type Flushed =
  /** All of ours is on the remote. `learned` came from others, and stands before ours where we had any. */
  | { readonly ok: true; readonly tip: Tip; readonly learned: readonly LedgerEvent[] }
  /** Another process decides for this run now. Ours since the last push was dropped. */
  | {
      readonly ok: false;
      readonly reason: "moved";
      readonly tip: Tip;
      readonly dropped: readonly LedgerEvent[];
    };

export interface CoalescingLedger<Extra> extends Ledger {
  /** Pushes what is pending, with `extra` in the same push, and takes in what others appended. */
  flush(extra?: Extra): Promise<Flushed>;
  /** What the remote does not have yet. */
  pending(): Promise<LedgerEvent[]>;
}

export interface CoalescingOptions<Extra> {
  /** The log on this machine: made anew from the remote, replaced when it exists. */
  readonly path: string;
  readonly remote: Remote<Extra>;
  /** This machine may write nothing there: a flush looks at the remote, and what is pending stays so. */
  readonly readonly?: boolean;
  /** Runs `push` once, a while after an append that nobody flushed; the answer takes it back. */
  readonly later: (push: () => void) => () => void;
}

/** What anybody may append while a claim holder drives the run. */
const REQUESTS: ReadonlySet<string> = new Set([
  "cancellation_requested",
  "human_gate_answered",
  "run_resumed",
  "agent_steered",
]);
/** Decisions that a request could have changed: they are never moved behind one unseen. */
const DECISIONS: ReadonlySet<string> = new Set([
  "hop_planned",
  "hop_settled",
  "run_completed",
  "run_failed",
  "run_canceled",
]);

export function coalescingLedger<Extra>(options: CoalescingOptions<Extra>): CoalescingLedger<Extra> {
  const { path, remote, later, readonly = false } = options;
  const { runId } = remote;
  /** For what this machine holds; never waits for the network once the log is here. */
  const turn = inTurn();
  const pushTurn = inTurn();
  let here: Here | null = null;
  let takeBack: (() => void) | null = null;
  /** A push in the background that failed: told to the next who calls. */
  let failed: { readonly error: unknown } | null = null;

  async function adopt(from: Snapshot, ours: readonly LedgerEvent[]): Promise<Here> {
    const renumbered = stamp(ours.map(unstamped), runId, from.events.at(-1) ?? ORIGIN);
    const events = [...from.events, ...renumbered.map((each) => each.event)];
    await here?.local.close();
    await writeFileAtomic(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const local = fileLedger(path, runId);
    const { tip } = await local.read();
    here = { local, tip, events, remoteTip: from.tip, shared: from.events.length };
    return here;
  }

  const opened = async (): Promise<Here> => here ?? (await adopt(await remote.read(), []));

  async function flush(extra?: Extra): Promise<Flushed> {
    takeBack?.();
    takeBack = null;
    const learned: LedgerEvent[] = [];
    for (;;) {
      const { remoteTip, shared, pending } = await turn(async () => {
        const at = await opened();
        return { remoteTip: at.remoteTip, shared: at.shared, pending: at.events.slice(at.shared) };
      });
      const idle = readonly || (pending.length === 0 && extra === undefined);
      const result = idle
        ? await look(remoteTip)
        : await remote.append(remoteTip, pending.map(unstamped), extra);
      const now = readonly ? shared : shared + pending.length;
      if (result.ok) return await turn(async () => pushed(result.tip, now, learned));
      const ended = await turn(async () => takeIn(await remote.read(), shared, learned));
      if (ended) return ended;
    }
  }

  /** With nothing to push, or no right to, the remote is only looked at. */
  async function look(at: Tip): Promise<{ readonly ok: boolean; readonly tip: Tip }> {
    const { tip } = await remote.read();
    return { ok: tip === at, tip };
  }

  async function pushed(remoteTip: Tip, shared: number, learned: readonly LedgerEvent[]): Promise<Flushed> {
    const at = await opened();
    here = { ...at, remoteTip, shared };
    return { ok: true, tip: at.tip, learned };
  }

  /** Null: ours stands behind theirs now and can be pushed. */
  async function takeIn(now: Snapshot, shared: number, learned: LedgerEvent[]): Promise<Flushed | null> {
    const ours = (await opened()).events.slice(shared);
    const foreign = now.events.slice(shared);
    const follows = mayFollow(ours, foreign);
    const { tip } = await adopt(now, follows ? ours : []);
    if (!follows) return { ok: false, reason: "moved", tip, dropped: ours };
    learned.push(...foreign);
    return null;
  }

  function pushLater(): void {
    takeBack ??= later(() => {
      takeBack = null;
      pushTurn(() => flush()).catch((error: unknown) => {
        failed = { error };
      });
    });
  }

  return {
    runId,
    create: (first) =>
      turn(async () => {
        const created = await remote.create(first);
        const { tip } = await adopt({ tip: created.tip, events: created.events }, []);
        return { ...created, tip };
      }),
    read: () =>
      turn(async () => {
        const { tip, events } = await opened();
        return { tip, events: [...events] };
      }),
    append: (tip, given) =>
      turn(async () => {
        if (failed) throw failed.error;
        const at = await opened();
        const result = await at.local.append(tip, given);
        if (!result.ok || result.events.length === 0) return result;
        at.events.push(...result.events);
        at.tip = result.tip;
        pushLater();
        return result;
      }),
    flush: (extra) =>
      pushTurn(async () => {
        if (failed) throw failed.error;
        return await flush(extra);
      }),
    pending: () =>
      turn(async () => {
        const at = await opened();
        return at.events.slice(at.shared);
      }),
    close: () =>
      turn(async () => {
        takeBack?.();
        await here?.local.close();
        await remote.close();
      }),
  };
}

/** What this machine holds: the remote's log, and behind it what is not pushed yet. */
interface Here {
  readonly local: FileLedger;
  tip: Tip;
  readonly events: LedgerEvent[];
  readonly remoteTip: Tip;
  /** How many of the events the remote has. */
  readonly shared: number;
}

/** Whether a holder's lines, which may be none, may stand behind what others wrote: anything else means that it holds no more. */
export const mayFollow = (
  ours: readonly { readonly event: string }[],
  foreign: readonly { readonly event: string }[],
): boolean =>
  foreign.every(({ event }) => REQUESTS.has(event)) && !ours.some(({ event }) => DECISIONS.has(event));
