/** Where logs and stages lie in a run folder: ours, Kilroy's of any time. Links are not followed, and the walk is bounded. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

export interface ScopeFolder {
  /** Empty for the run itself, else the branch. */
  readonly key: string;
  readonly fan: string;
  /** The scope whose fan-out it is a branch of. */
  readonly parent: string;
  /** Relative to the run folder: its own, then one for each restart. */
  readonly folders: readonly string[];
  readonly stages: readonly StageFolder[];
  /** A later pass through the same fan-out has its own folders. */
  readonly superseded: boolean;
}

export interface StageFolder {
  readonly node: string;
  readonly folder: string;
}

const NOT_STAGES = new Set([
  "worktree",
  "worktrees",
  "source",
  "lock",
  "control",
  "outputs",
  "artifacts",
  "preflight",
]);
const OTHER = /^(?:\.git|modeldb|input_snapshot|child|node_modules)$/;
const ATTEMPT = /^(?:v\d+-a\d+|attempt_\d+|visit_\d+)$/;
const RESTART = /^restart-(\d+)$/i;
const PASS = /^(?:pass|v)(\d+)$/;
const BRANCH = /^\d{2,}-./;

const MOST_ENTRIES = 20_000;
const DEEPEST = 6;

export interface FolderLayout {
  readonly scopes: readonly ScopeFolder[];
  /** There was more than a run folder has. */
  readonly cut: boolean;
}

export function layoutOf(root: string): FolderLayout {
  const left = { entries: MOST_ENTRIES, cut: false };
  const scopes: ScopeFolder[] = [];
  const foldersIn = (path: string): string[] => {
    let entries: Dirent[] = [];
    try {
      entries = readdirSync(join(root, path), { withFileTypes: true });
    } catch {
      return [];
    }
    const kept = entries.slice(0, left.entries);
    left.cut ||= kept.length < entries.length;
    left.entries -= kept.length;
    return kept
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  };

  const stagesIn = (folder: string, names: readonly string[]): StageFolder[] =>
    names
      .filter(
        (name) => name !== "parallel" && !NOT_STAGES.has(name) && !OTHER.test(name) && !RESTART.test(name),
      )
      .flatMap((node) => {
        const own = join(folder, node);
        const attempts = foldersIn(own).filter((name) => ATTEMPT.test(name));
        return [own, ...attempts.map((name) => join(own, name))].map((path) => ({ node, folder: path }));
      });

  const scopeAt = (
    at: Pick<ScopeFolder, "key" | "fan" | "parent" | "superseded">,
    folder: string,
    depth: number,
  ): void => {
    const names = foldersIn(folder);
    const restarts = names
      .filter((name) => RESTART.test(name))
      .toSorted((a, b) => Number(RESTART.exec(a)?.[1]) - Number(RESTART.exec(b)?.[1]))
      .map((name) => join(folder, name));
    const stages = [
      ...stagesIn(folder, names),
      ...restarts.flatMap((restart) => stagesIn(restart, foldersIn(restart))),
    ];
    scopes.push({ ...at, folders: [folder, ...restarts], stages });
    if (depth >= DEEPEST) return;
    for (const own of [folder, ...restarts]) branchesIn(at.key, join(own, "parallel"), depth);
  };

  const branchesIn = (parent: string, parallel: string, depth: number): void => {
    const under = parent === "" ? "" : `${parent}/`;
    for (const fan of foldersIn(parallel)) {
      const names = foldersIn(join(parallel, fan));
      const passes = names.filter((name) => PASS.test(name)).toSorted((a, b) => passOf(a) - passOf(b));
      for (const [i, pass] of ["", ...passes].entries())
        for (const name of pass === "" ? names : foldersIn(join(parallel, fan, pass)))
          if (BRANCH.test(name)) {
            const key = `${under}${[fan, pass, name].filter(Boolean).join("/")}`;
            const at = { key, fan, parent, superseded: i < passes.length };
            scopeAt(at, join(parallel, fan, pass, name), depth + 1);
          }
    }
  };

  scopeAt({ key: "", fan: "", parent: "", superseded: false }, "", 0);
  return { scopes, cut: left.cut };
}

const passOf = (name: string): number => Number(PASS.exec(name)?.[1]);
