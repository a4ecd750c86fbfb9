/** A branch that a stop interrupted, taken up again by a resumed run: what it completed is not done twice (R-CKPT-4). */
import type { Cursor, Scope } from "../state.ts";

/** Its work must be in a commit: the tree it stood in is not the one it will go on in. */
export function mayGoOn(scope: Scope, base: string | null): boolean {
  return scope.completed.size > 0 && (base === null || scope.commit !== base);
}

/** The fan-out at which a scope stands because the run was stopped while its branches were open. */
export function interruptedFan({ cursor, lastFan }: Scope): string | null {
  if (cursor.phase !== "settled" || !lastFan?.interrupted) return null;
  return lastFan.node === cursor.ended.node ? lastFan.node : null;
}

/** The parked scope under the key and in the fan-out of the fresh one. */
export function revived(parked: Scope, fresh: Scope): Scope {
  const { key, parent, branch, fan, stopAt } = fresh;
  const place = { key, parent, branch, fan, stopAt };
  return { ...parked, ...place, canceledExit: false, unpaid: null, cursor: takenUp(parked) };
}

/** What was interrupted begins anew; what had ended goes on from there. */
function takenUp(scope: Scope): Cursor {
  const { cursor, unpaid } = scope;
  if (unpaid) return { phase: "at", node: unpaid };
  const fan = interruptedFan(scope);
  if (fan !== null) return { phase: "at", node: fan, resumed: true };
  if (cursor.phase === "settled" && cursor.ended.failure) return { phase: "at", node: cursor.ended.node };
  return "node" in cursor && cursor.phase !== "at" ? { phase: "at", node: cursor.node } : cursor;
}
