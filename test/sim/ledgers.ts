/** Refs with logs, as the git ledger keeps them: compare-and-swap, lost answers, stale reads. */
import {
  type Ledger,
  LedgerError,
  type LedgerEvent,
  type NewEvent,
  type Snapshot,
  type Tip,
} from "../../engine/ledger/port.ts";
import type { Chance } from "./random.ts";
import { type Life, never, type SimTime } from "./time.ts";

export interface Commit {
  readonly id: string;
  readonly parent: string | null;
  readonly events: readonly LedgerEvent[];
  readonly at: number;
  readonly writer: string;
  readonly ref: string;
}

export interface Refs {
  readonly commits: Map<string, Commit>;
  readonly heads: Map<string, string>;
  log(ref: string): LedgerEvent[];
}

export function simRefs(): Refs {
  const commits = new Map<string, Commit>();
  const heads = new Map<string, string>();
  return {
    commits,
    heads,
    log(ref) {
      const lines: LedgerEvent[][] = [];
      for (let id = heads.get(ref) ?? null; id !== null; id = commits.get(id)?.parent ?? null) {
        lines.unshift([...(commits.get(id)?.events ?? [])]);
      }
      return lines.flat();
    },
  };
}

export interface LedgerFaults {
  readonly lostAnswer: number;
  readonly staleRead: number;
  readonly latencyMs: number;
}

export function simLedger(
  world: { time: SimTime; refs: Refs; chance: Chance; faults: LedgerFaults },
  life: Life,
  runId: string,
  ref: string,
): Ledger {
  const { time, refs, chance, faults } = world;
  const wait = () =>
    new Promise<void>((resolve) => {
      time.after(chance.between(1, faults.latencyMs), () => {
        if (!life.dead) resolve();
      });
    });
  const historyTo = (head: string): LedgerEvent[] => {
    const lines: LedgerEvent[][] = [];
    for (let id: string | null = head; id !== null; id = refs.commits.get(id)?.parent ?? null)
      lines.unshift([...(refs.commits.get(id)?.events ?? [])]);
    return lines.flat();
  };
  const put = (events: readonly NewEvent[], parent: string | null): LedgerEvent[] => {
    const before = parent === null ? [] : historyTo(parent);
    let ts = before.at(-1)?.ts ?? "";
    const stamped = events.map((event, i) => {
      if (String(event.ts) > ts) ts = String(event.ts);
      return JSON.parse(
        JSON.stringify({ ...event, seq: before.length + i + 1, ts, run_id: runId }),
      ) as LedgerEvent;
    });
    const id = `c${refs.commits.size + 1}`;
    refs.commits.set(id, { id, parent, events: stamped, at: time.now(), writer: life.name, ref });
    refs.heads.set(ref, id);
    return stamped;
  };
  const isInHistory = (id: string): boolean => {
    for (let at = refs.heads.get(ref) ?? null; at !== null; at = refs.commits.get(at)?.parent ?? null)
      if (at === id) return true;
    return false;
  };
  return {
    runId,
    async create(first) {
      await wait();
      if (life.dead) return never();
      if (refs.heads.has(ref)) throw new LedgerError("exists", `${ref} exists`, "");
      const events = put(first, null);
      const tip = refs.heads.get(ref) as Tip;
      await wait();
      return { ok: true, tip, events };
    },
    async read(): Promise<Snapshot> {
      await wait();
      if (life.dead) return never();
      let head = refs.heads.get(ref);
      if (head === undefined) throw new LedgerError("missing", `${ref} is missing`, "");
      // A replica that lags answers with what stood a moment ago.
      if (chance.happens(faults.staleRead)) head = refs.commits.get(head)?.parent ?? head;
      return { tip: head as Tip, events: historyTo(head) };
    },
    async append(tip, events) {
      await wait();
      if (life.dead) return never();
      const head = refs.heads.get(ref);
      if (head !== tip) return { ok: false, reason: "moved", tip: (head ?? "") as Tip };
      const stored = put(events, tip);
      const mine = refs.heads.get(ref) as Tip;
      await wait();
      // The answer is lost and asked for again: our commit is in the history, so it is ours.
      if (chance.happens(faults.lostAnswer)) {
        await wait();
        if (!isInHistory(mine))
          return { ok: false, reason: "moved", tip: (refs.heads.get(ref) ?? "") as Tip };
      }
      return { ok: true, tip: mine, events: stored };
    },
    close: async () => undefined,
  };
}
