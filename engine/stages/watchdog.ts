/** Who has stopped making progress (R-LIVE-2, R-LIVE-7). Heartbeats are no progress; output and events are. */
import { type Clock, machineClock } from "../clock.ts";

/** Something that is going on: an attempt, an open gate, or a fan-out as the parent of its branches. */
export interface LiveScope {
  readonly id: string;
  readonly parent: string | null;
  /** Instants of `Clock.elapsed`. */
  readonly startedAt: number;
  readonly lastProgressAt: number;
  /** The stage's own time limit: until it has passed, silence is not a stall. */
  readonly ownTimeoutMs: number | null;
  readonly waitsForHuman: boolean;
}

export interface Stall {
  readonly id: string;
  readonly idle_ms: number;
}

/** Every scope that is idle for too long, parents included when all of their children are. */
export function findStalls(
  scopes: readonly LiveScope[],
  now: number,
  stallTimeoutMs: number,
): readonly Stall[] {
  if (stallTimeoutMs <= 0) return [];
  const children = Map.groupBy(scopes, (scope) => scope.parent);
  const aliveAt = (scope: LiveScope): number => {
    if (scope.waitsForHuman) return now;
    const ownDeadline = scope.ownTimeoutMs === null ? 0 : scope.startedAt + scope.ownTimeoutMs;
    const below = (children.get(scope.id) ?? []).map(aliveAt);
    return Math.min(now, Math.max(scope.startedAt, scope.lastProgressAt, ownDeadline, ...below));
  };
  return scopes
    .map((scope) => ({ id: scope.id, idle_ms: now - aliveAt(scope) }))
    .filter(({ idle_ms }) => idle_ms >= stallTimeoutMs);
}

export interface WatchdogOptions {
  readonly stallTimeoutMs: number;
  readonly checkIntervalMs: number;
  /** Asked at every check. */
  readonly scopes: () => readonly LiveScope[];
  /** Called once per scope. */
  readonly onStall: (stall: Stall) => void;
  readonly clock?: Clock;
}

/** How long a scope that is told may take to end: its process is asked to, then made to, and its work is committed. */
export const ENDING_MS = 60_000;

/** Checks until the signal aborts. Of several that stall at once the innermost is told: its end is news for those above. */
export async function watchStalls(options: WatchdogOptions, signal: AbortSignal): Promise<void> {
  const { stallTimeoutMs, checkIntervalMs, scopes, onStall, clock = machineClock } = options;
  const told = new Map<string, number>();
  let from = clock.elapsed();
  while (stallTimeoutMs > 0) {
    const before = clock.elapsed();
    await clock.sleep(checkIntervalMs, signal);
    if (signal.aborted) return;
    const now = clock.elapsed();
    // This process stood still: what it heard of the others says nothing of them.
    const late = now - before - checkIntervalMs;
    if (late > Math.min(stallTimeoutMs / 2, MOST_LATE_MS)) from = now;
    const open = scopes().map((scope) => {
      const at = told.get(scope.id);
      const lastProgressAt = Math.max(from, scope.lastProgressAt, at === undefined ? 0 : at + ENDING_MS);
      return { ...scope, lastProgressAt };
    });
    const stalls = findStalls(open, now, stallTimeoutMs).filter(({ id }) => !told.has(id));
    for (const stall of innermost(open, stalls)) {
      told.set(stall.id, now);
      onStall(stall);
    }
  }
}

const MOST_LATE_MS = 10_000;

function innermost(scopes: readonly LiveScope[], stalls: readonly Stall[]): readonly Stall[] {
  const stalled = new Set(stalls.map(({ id }) => id));
  const above = new Set(
    scopes.flatMap(({ id, parent }) => (stalled.has(id) && parent !== null ? [parent] : [])),
  );
  return stalls.filter(({ id }) => !above.has(id));
}
