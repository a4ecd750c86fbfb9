/**
 * When what a job recorded goes to the remote: durable on this machine at once, pushed before and after what costs money,
 * else from time to time (docs/protocol.md, "Append"). The work that events name goes in the same push, so that nobody ever
 * reads of a commit that is not there.
 */

import type { Clock } from "../../engine/clock.ts";
import { stateToJson } from "../../engine/core/checkpoint.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import type { RefUpdate } from "../../engine/git/refs.ts";
import type { CoalescingLedger } from "../../engine/ledger/coalescing.ts";
import { LedgerError, type LedgerEvent } from "../../engine/ledger/port.ts";

/** What a push may carry besides events. */
export interface PushExtras {
  readonly alongside?: readonly RefUpdate[];
  readonly checkpoint?: (stored: readonly LedgerEvent[]) => unknown;
}

export interface CodeRef {
  readonly ref: string;
  /** What the remote holds. */
  readonly at: string | null;
  /** Where the scope's work stands now; null while there is none. */
  readonly commit: () => string | null;
  /** Brings it into the repository that pushes. */
  readonly bring: (commit: string) => Promise<void>;
}

export interface PushOptions {
  readonly log: RunLog;
  readonly ledger: CoalescingLedger<PushExtras>;
  readonly code: CodeRef;
  readonly clock: Clock;
  readonly everyMs: number;
  /** Told of requests that others appended, which the log has taken in. */
  readonly learned: (event: EventBody) => void;
  /** The remote takes the log and not the work, in its words: push protection, a large file, a rule. */
  readonly refused: (why: string) => void;
  /** Somebody else decides for this run now. */
  readonly superseded: () => void;
}

export interface Pushes {
  /** Pushes now; resolves when the remote has everything that was recorded before. */
  push(): Promise<void>;
  /** Pushes if it has been long enough since the last time. */
  maybe(): Promise<void>;
  /** Looks now whether others asked something, unless that was done a moment ago. Resolves soon, and never rejects. */
  look(): Promise<void>;
  stop(): void;
}

const CHECKPOINT_EVERY = 32;
/** With nothing to push, the remote is only looked at this often. */
const WATCH_EVERY_MS = 60_000;
/** An agent between two turns asks more often: it hears what people say to it. */
const LOOK_EVERY_MS = 10_000;
const LOOK_MS = 10_000;

export function pushScheduler(options: PushOptions): Pushes {
  const { log, ledger, clock, everyMs } = options;
  const over = new AbortController();
  let pushed = options.code.at;
  let workRefused = false;
  let count = 0;
  let lastAt = clock.elapsed();
  let lastSeq = log.state.seq;

  const push = async () => {
    // What a stage says while it runs nobody else flushes.
    await log.flush();
    await log.exclusive(async () => {
      lastAt = clock.elapsed();
      const { seq } = log.state;
      const commit = options.code.commit();
      const moves = commit !== null && commit !== pushed && !workRefused;
      if (moves) await options.code.bring(commit);
      const cargo: PushExtras = {
        ...(moves ? { alongside: [{ ref: options.code.ref, from: pushed, to: commit }] } : {}),
        ...(++count % CHECKPOINT_EVERY === 0 ? { checkpoint: () => stateToJson(log.state) } : {}),
      };
      const result = await flushed(cargo);
      if (moves) pushed = commit;
      lastSeq = seq;
      if (!result.ok) return options.superseded();
      if (result.learned.length === 0) return;
      log.rebase(await ledger.read());
      options.learned({
        event: "warning",
        code: "requests_taken_in",
        message: `taken in while this job ran: ${result.learned.map((each) => each.event).join(", ")}`,
      });
    });
  };

  async function flushed(cargo: PushExtras) {
    try {
      return await ledger.flush(Object.keys(cargo).length > 0 ? cargo : undefined);
    } catch (error) {
      if (!cargo.alongside || !(error instanceof LedgerError && error.code === "refused")) throw error;
      workRefused = true;
      options.refused(error.message);
      return await ledger.flush();
    }
  }

  const maybe = async () => {
    const waited = clock.elapsed() - lastAt;
    const due = log.state.seq > lastSeq ? everyMs : Math.max(everyMs, WATCH_EVERY_MS);
    if (waited >= due) await push();
  };

  const look = async () => {
    if (clock.elapsed() - lastAt < LOOK_EVERY_MS) return;
    const answered = new AbortController();
    // One that fails is tried again by whoever pushes next, and told there.
    const looked = push().catch(() => undefined);
    await Promise.race([looked, clock.sleep(LOOK_MS, answered.signal)]);
    answered.abort();
  };

  /** Also while a long stage says nothing. */
  void (async () => {
    while (!over.signal.aborted) {
      await clock.sleep(everyMs * (0.9 + Math.random() * 0.2), over.signal);
      if (over.signal.aborted) return;
      // A push that failed is told to whoever flushes next: the log does not forget it.
      await maybe().catch(() => over.abort());
    }
  })();

  return { push, maybe, look, stop: () => over.abort() };
}
