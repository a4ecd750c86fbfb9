/** Refs with logs, as the git ledger keeps them: compare-and-swap, lost answers, stale reads. */
import { parseEvent, type RunEvent } from "../../engine/core/events.ts";
import {
  type Ledger,
  LedgerError,
  type LedgerEvent,
  type NewEvent,
  type Tip,
} from "../../engine/ledger/port.ts";
import type { Chance } from "./random.ts";
import { type Life, never, type SimTime } from "./time.ts";

export interface Commit {
  readonly id: string;
  readonly parent: Commit | null;
  readonly events: readonly LedgerEvent[];
  /** Of the whole history. */
  readonly all: readonly LedgerEvent[];
  readonly at: number;
  readonly writer: string;
  readonly ref: string;
}

export interface Refs {
  readonly commits: Map<string, Commit>;
  readonly heads: Map<string, Commit>;
  log(ref: string): RunEvent[];
}

export function simRefs(): Refs {
  const heads = new Map<string, Commit>();
  return { commits: new Map(), heads, log: (ref) => (heads.get(ref)?.all ?? []).map(asEvent) };
}

const parsed = new WeakMap<LedgerEvent, RunEvent>();

/** Each line is parsed once, whoever reads it. */
export function asEvent(line: LedgerEvent): RunEvent {
  const known = parsed.get(line);
  if (known) return known;
  const event = parseEvent(line);
  parsed.set(line, event);
  return event;
}

export interface LedgerFaults {
  readonly lostAnswer: number;
  readonly staleRead: number;
  readonly latencyMs: number;
}

export interface LedgerWorld {
  readonly time: SimTime;
  readonly refs: Refs;
  readonly chance: Chance;
  readonly faults: LedgerFaults;
}

export interface SimLedger extends Ledger {
  /** What goes to other refs with the next append, or not at all. */
  beside: () => void;
}

const MOST_LAG_MS = 60_000;
const NOTHING = (): void => undefined;

export function simLedger(
  { time, refs, chance, faults }: LedgerWorld,
  life: Life,
  runId: string,
  ref: string,
): SimLedger {
  /** What this reader has seen: older is not taken for news. */
  let known = 0;
  const wait = () =>
    new Promise<void>((resolve) => {
      const still = Math.max(0, (life.stillUntil ?? 0) - time.now());
      time.after(still + chance.between(1, faults.latencyMs), () => {
        if (!life.dead) resolve();
      });
    });
  const put = (given: readonly NewEvent[], parent: Commit | null): Commit => {
    const before = parent?.all ?? [];
    let ts = before.at(-1)?.ts ?? "";
    const events = given.map((event, i) => {
      if (String(event.ts) > ts) ts = String(event.ts);
      return JSON.parse(
        JSON.stringify({ ...event, seq: before.length + i + 1, ts, run_id: runId }),
      ) as LedgerEvent;
    });
    const id = `c${refs.commits.size + 1}`;
    const all = [...before, ...events];
    const commit: Commit = { id, parent, events, all, at: time.now(), writer: life.name, ref };
    refs.commits.set(id, commit);
    refs.heads.set(ref, commit);
    known = commit.all.length;
    ledger.beside();
    return commit;
  };
  const isInHistory = (mine: Commit): boolean => {
    for (let at = refs.heads.get(ref) ?? null; at !== null; at = at.parent) if (at === mine) return true;
    return false;
  };
  const ledger: SimLedger = {
    runId,
    beside: NOTHING,
    async create(first) {
      await wait();
      if (life.dead) return never();
      if (refs.heads.has(ref)) throw new LedgerError("exists", `${ref} exists`, "");
      const { id, events } = put(first, null);
      await wait();
      return { ok: true, tip: id as Tip, events };
    },
    async read() {
      await wait();
      if (life.dead) return never();
      let head = refs.heads.get(ref);
      if (head === undefined) throw new LedgerError("missing", `${ref} is missing`, "");
      // A replica that lags answers with what stood a moment ago.
      const lags = chance.happens(faults.staleRead) && time.now() - head.at < MOST_LAG_MS;
      if (lags && head.parent && head.parent.all.length >= known) head = head.parent;
      known = head.all.length;
      return { tip: head.id as Tip, events: [...head.all] };
    },
    async append(tip, events) {
      await wait();
      if (life.dead) return never();
      const head = refs.heads.get(ref);
      if (head === undefined || head.id !== tip)
        return { ok: false, reason: "moved", tip: (head?.id ?? "") as Tip };
      const mine = put(events, head);
      await wait();
      // The answer is lost and asked for again: our commit is in the history, so it is ours.
      if (chance.happens(faults.lostAnswer)) {
        await wait();
        if (!isInHistory(mine))
          return { ok: false, reason: "moved", tip: (refs.heads.get(ref)?.id ?? "") as Tip };
      }
      return { ok: true, tip: mine.id as Tip, events: mine.events };
    },
    close: async () => undefined,
  };
  return ledger;
}
