/** The attempts of a run by the name that a person gives: `NODE`, `NODE@VISIT` or `NODE@VISIT.ATTEMPT`. */
import { accountOf } from "../../engine/accounting/account.ts";
import type { AttemptRow } from "../../engine/accounting/rows.ts";
import type { RunEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { attemptFolder } from "../../engine/local/layout.ts";

export interface AttemptName {
  readonly node: string;
  readonly visit: number | null;
  readonly attempt: number | null;
}

export function attemptName(text: string): AttemptName {
  const [, node = text, visit, attempt] = /^(.*)@(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return {
    node,
    visit: visit === undefined ? null : Number(visit),
    attempt: attempt === undefined ? null : Number(attempt),
  };
}

export interface FoundAttempt extends AttemptRow {
  readonly folder: string;
}

/** Without a visit the last attempt in each branch that went there; with one, all of that visit. */
export function findAttempts(
  events: readonly RunEvent[],
  state: RunState,
  name: AttemptName,
  branch: string | null,
): FoundAttempt[] {
  const found = accountOf(events)
    .attempts.filter((row) => row.node === name.node && (branch === null || row.branch === branch))
    .filter((row) => name.visit === null || row.visit === name.visit)
    .filter((row) => name.attempt === null || row.attempt === name.attempt)
    .map((row) => ({ ...row, folder: row.folder ?? folderOf(state, row) }));
  if (name.visit !== null) return found;
  return [...new Map(found.map((row) => [row.branch, row])).values()];
}

/** Of an attempt that runs still: the log names its folder when it ends. */
function folderOf(state: RunState, { branch, node, visit, attempt }: AttemptRow): string {
  const restarts = state.scopes.get(branch ?? TRUNK)?.restarts ?? 0;
  return attemptFolder(branch ?? TRUNK, restarts, node, visit, attempt);
}
