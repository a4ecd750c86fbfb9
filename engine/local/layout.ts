/** Where things lie in a run folder, relative to it. */
import { join } from "node:path";
import { branchFolder } from "../core/branch-folder.ts";
import { hex8 } from "../core/hash.ts";

/** Names that the run folder keeps for itself; a node called so gets a suffix. */
const RESERVED = new Set([
  "parallel",
  "artifacts",
  "worktree",
  "worktrees",
  "control",
  "outputs",
  "lock",
  "source",
  "preflight",
]);

/** Names that no file can have where Windows reads a run's artifact. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** A node's folder: its id where that is safe on every system and no file of the run's, else a readable form with a hash. */
function nodeFolder(node: string): string {
  const safe = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,79}$/.test(node) && !/^restart-\d+$/i.test(node);
  if (safe && !RESERVED.has(node.toLowerCase()) && !DEVICE.test(node)) return node;
  const plain = node.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 40);
  return `${plain}-${hex8(node)}`;
}

export function attemptFolder(
  scopeKey: string,
  restarts: number,
  node: string,
  visit: number,
  attempt: number,
): string {
  const restart = restarts > 0 ? `restart-${restarts}` : "";
  return join(branchFolder(scopeKey), restart, nodeFolder(node), `v${visit}-a${attempt}`);
}

/** The latest status of a node, beside its attempts. */
export function latestStatusPath(scopeKey: string, restarts: number, node: string): string {
  const restart = restarts > 0 ? `restart-${restarts}` : "";
  return join(branchFolder(scopeKey), restart, nodeFolder(node), "status.json");
}
