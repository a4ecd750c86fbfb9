/** Where branches' jobs write: a ref for each epoch and attempt. */
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import type { Refs } from "./ledgers.ts";

export const legRef = (key: string, epoch: number, attempt: number): string =>
  `leg/${key}/e${epoch}a${attempt}`;

export const epochOf = (ref: string): number => Number(/\/e(\d+)a\d+$/.exec(ref)?.[1]);

/** Refs of a branch, the newest first. */
export function refsOf({ heads }: Refs, key: string): string[] {
  const age = (ref: string) => {
    const [, epoch, attempt] = /\/e(\d+)a(\d+)$/.exec(ref) ?? [];
    return Number(epoch) * 1e4 + Number(attempt);
  };
  return [...heads.keys()].filter((ref) => ref.startsWith(`leg/${key}/e`)).sort((a, b) => age(b) - age(a));
}

/** The branch's own end or rest stands last: those of branches inside it say nothing. */
export const hasEnd = (events: readonly LedgerEvent[], key: string): boolean => {
  const last = events.at(-1);
  return (last?.event === "branch_completed" || last?.event === "leg_paused") && last.branch_key === key;
};

export const isOver = (events: readonly LedgerEvent[], key: string): boolean =>
  events.some((line) => line.event === "branch_completed" && line.branch_key === key);
