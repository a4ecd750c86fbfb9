/** Who has stopped making progress (R-LIVE-2, R-LIVE-7). Heartbeats are no progress; output and events are. */
import { type Clock, machineClock } from "../drive/clock.ts";

/** Something that is going on: an attempt, an open gate, or a fan-out as the parent of its branches. */
export interface LiveScope {
  readonly id: string;
  readonly parent: string | null;
  /** Instants of the same clock as `now`. */
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

/** Checks until the signal aborts. */
export async function watchStalls(options: WatchdogOptions, signal: AbortSignal): Promise<void> {
  const { stallTimeoutMs, checkIntervalMs, scopes, onStall, clock = machineClock } = options;
  const told = new Set<string>();
  while (stallTimeoutMs > 0) {
    await clock.sleep(checkIntervalMs, signal);
    if (signal.aborted) return;
    for (const stall of findStalls(scopes(), clock.now(), stallTimeoutMs)) {
      if (told.has(stall.id)) continue;
      told.add(stall.id);
      onStall(stall);
    }
  }
}
