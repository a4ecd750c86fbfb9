/** A branch that a stop interrupted, taken up again by a resumed run: what it completed is not done twice (R-CKPT-4). */
import type { Cursor, Scope } from "../state.ts";

/** Its work must be in a commit: the tree it stood in is not the one it will go on in. */
export function mayGoOn(scope: Scope, base: string | null): boolean {
  return scope.completed.size > 0 && (base === null || scope.commit !== base);
}

/** The parked scope under the key and in the fan-out of the fresh one. */
export function revived(parked: Scope, fresh: Scope): Scope {
  const { key, parent, branch, fan, stopAt } = fresh;
  return { ...parked, key, parent, branch, fan, stopAt, cursor: takenUp(parked) };
}

/** What was interrupted begins anew; what had ended goes on from there. */
function takenUp({ cursor, lastFan }: Scope): Cursor {
  if (cursor.phase === "settled" && cursor.ended.failure) {
    const { node } = cursor.ended;
    return lastFan?.node === node ? { phase: "at", node, resumed: true } : { phase: "at", node };
  }
  return "node" in cursor && cursor.phase !== "at" ? { phase: "at", node: cursor.node } : cursor;
}
