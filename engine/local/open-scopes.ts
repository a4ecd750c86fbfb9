/** What of a run is going on, as the watchdog sees it: the trunk, and every branch below it that has not ended. */
import { isWithin } from "../core/effects.ts";
import { parentKey } from "../core/fold/fan.ts";
import { type RunState, TRUNK } from "../core/state.ts";

export interface OpenScope {
  readonly key: string;
  /** Null at the top of what this driver drives. */
  readonly parent: string | null;
  readonly node: string | null;
  /** Another one each time the scope moved on. */
  readonly at: object;
  readonly waitsForHuman: boolean;
  /** Epoch milliseconds until which it rests before a retry; null: it does not. */
  readonly restsUntil: number | null;
}

/** `focus`: only that scope and those below it, as a leg sees the run. */
export function openScopes(state: RunState, focus?: string): OpenScope[] {
  if (!state.started || state.ended) return [];
  return [...state.scopes.values()].flatMap((scope) => {
    const { cursor } = scope;
    if (!isWithin(scope, focus) || cursor.phase === "done") return [];
    const top = scope.key === (focus ?? TRUNK);
    return [
      {
        key: scope.key,
        parent: top ? null : parentKey(scope.key),
        node: "node" in cursor ? cursor.node : scope.lastNode,
        at: cursor,
        waitsForHuman: cursor.phase === "gate" || cursor.phase === "paused",
        restsUntil: cursor.phase === "ready" ? cursor.notBefore : null,
      },
    ];
  });
}
