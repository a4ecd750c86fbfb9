/** The hops of a run on GitHub: how long each waited for a runner, and the minutes of its jobs. */
import type { RunEvent } from "../core/events.ts";
import type { AttemptRow, HopSum } from "./rows.ts";
import { sumOf } from "./sums.ts";

const MINUTE = 60_000;

interface Hop {
  readonly hop: number;
  plannedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  outcome: string | null;
}

export interface HopBook {
  take(event: RunEvent, at: number): void;
  /** The hop in which things happen now. */
  current(): number | null;
  rows(attempts: readonly AttemptRow[], until: number): HopSum[];
  /** Each job's time as whole minutes. Null: no job was used. */
  minutes(until: number): number | null;
}

export function hopBook(): HopBook {
  // A lost hop is planned again under its number and the next epoch: each is a job of its own.
  const hops = new Map<string, Hop>();
  const legs: number[] = [];
  let current: number | null = null;
  const started = new Set<string>();
  const of = ({ hop, epoch }: { hop: number; epoch: number }): Hop => {
    const key = `${hop}.${epoch}`;
    const found = hops.get(key) ?? { hop, plannedAt: null, startedAt: null, endedAt: null, outcome: null };
    hops.set(key, found);
    return found;
  };
  const end = (hop: Hop, at: number, outcome: string): void => {
    hop.endedAt = at;
    hop.outcome = outcome;
  };
  return {
    take(event, at) {
      switch (event.event) {
        case "hop_planned":
          of(event).plannedAt = at;
          break;
        case "hop_started":
          of(event).startedAt = at;
          current = event.hop;
          break;
        case "hop_settled":
          end(of(event), at, event.outcome);
          break;
        case "hop_lost":
          end(of(event), at, "lost");
          break;
        case "branch_started":
          started.add(event.branch_key);
          break;
        case "branch_completed":
          // A branch inside a branch runs in the same job.
          if (!started.has(event.branch_key.split("/").slice(0, -3).join("/")))
            legs.push(event.result.duration_ms);
          break;
      }
    },
    current: () => current,
    rows: (attempts, until) =>
      [...hops.values()].map((hop) => ({
        ...hop,
        ...sumOf(attempts.filter((row) => row.hop === hop.hop && within(row, hop, until))),
        queuedMs: hop.plannedAt === null || hop.startedAt === null ? null : hop.startedAt - hop.plannedAt,
      })),
    minutes: (until) =>
      hops.size === 0
        ? null
        : [
            ...[...hops.values()].flatMap((hop) =>
              hop.startedAt === null ? [] : [(hop.endedAt ?? until) - hop.startedAt],
            ),
            ...legs,
          ].reduce((sum, ms) => sum + Math.ceil(ms / MINUTE), 0),
  };
}

/** Two epochs of a hop share its number: the attempt belongs to the one in whose time it ended. */
const within = (row: AttemptRow, hop: Hop, until: number): boolean => {
  const at = row.endedAt ?? until;
  return (hop.plannedAt ?? 0) <= at && at <= (hop.endedAt ?? until);
};
