/** When the trunk and each branch last moved on. A branch that moves or ends is progress of those above it too. */
import type { Clock } from "../clock.ts";
import type { LiveScope } from "../stages/watchdog.ts";
import type { OpenScope } from "./open-scopes.ts";

export interface ScopeProgress {
  /** As they stand now. */
  look(open: readonly OpenScope[]): LiveScope[];
  /** Something happened in it that its place in the graph does not show. */
  moved(key: string): void;
  idOf(key: string): string;
  named(id: string): OpenScope | undefined;
}

interface Seen {
  readonly scope: OpenScope;
  readonly since: number;
  at: number;
}

export function scopeProgress(clock: Clock): ScopeProgress {
  const seen = new Map<string, Seen>();
  const idOf = (key: string): string => `scope ${key}`;
  const moved = (key: string | null): void => {
    const found = key === null ? undefined : seen.get(key);
    if (!found) return;
    found.at = clock.elapsed();
    moved(found.scope.parent);
  };
  return {
    idOf,
    moved,
    named: (id) => [...seen.values()].find(({ scope }) => idOf(scope.key) === id)?.scope,
    look(open) {
      const now = clock.elapsed();
      const keys = new Set(open.map(({ key }) => key));
      for (const [key, { scope }] of seen) {
        if (keys.has(key)) continue;
        seen.delete(key);
        moved(scope.parent);
      }
      for (const scope of open) {
        const last = seen.get(scope.key);
        seen.set(scope.key, { scope, since: last?.since ?? now, at: last?.at ?? now });
        if (last?.scope.at !== scope.at) moved(scope.key);
        // Until then it rests as it should.
        if (scope.restsUntil !== null && scope.restsUntil > clock.now()) moved(scope.key);
      }
      return [...seen.values()].map(({ scope, since, at }) => ({
        id: idOf(scope.key),
        parent: scope.parent === null || !seen.has(scope.parent) ? null : idOf(scope.parent),
        startedAt: since,
        lastProgressAt: at,
        ownTimeoutMs: null,
        waitsForHuman: scope.waitsForHuman,
      }));
    },
  };
}
