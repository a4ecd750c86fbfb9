/** What a branch changed in the tree, folder by folder: nothing that GitHub runs, no submodule, no two names that are one. */
import { SUBMODULE, TREE, type TreeEntry, type Trees } from "../../engine/git/trees.ts";
import { folded, isGitFolder, isGitHubFolder, isWorkflowFolder, shown } from "./tree-names.ts";

interface Pair {
  readonly path: string;
  readonly before: string | null;
  readonly now: string;
}

/** Folders that are the same are not entered, and no pair of them twice. */
export function changeProblem(base: Trees | null, now: Trees): string | null {
  if (base !== null && workflows(base) !== workflows(now))
    return "it changes what is below .github/workflows: workflows are changed by people only";
  const seen = new Set<string>();
  const open: Pair[] = [{ path: "", before: base?.root ?? null, now: now.root }];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const key = `${pair.before} ${pair.now}`;
    if (pair.before === pair.now || seen.has(key)) continue;
    seen.add(key);
    const had = new Map(entriesOf(base, pair.before).map((entry) => [entry.name, entry]));
    const names = new Map<string, string>();
    for (const { mode, oid, name } of now.entries(pair.now)) {
      const path = pair.path === "" ? name : `${pair.path}/${name}`;
      const before = had.get(name);
      if (isGitFolder(name) && before === undefined) return `${shown(path)} is a name of git's own`;
      const other = names.get(folded(name));
      if (other !== undefined && !(had.has(other) && before !== undefined))
        return `${shown(path)} and ${shown(other)} beside it are one name on many systems`;
      names.set(folded(name), name);
      if (mode === SUBMODULE && before?.oid !== oid) return `it adds the submodule ${shown(path)}`;
      if (mode === TREE) open.push({ path, before: before?.mode === TREE ? before.oid : null, now: oid });
    }
  }
  return null;
}

const entriesOf = (trees: Trees | null, tree: string | null): readonly TreeEntry[] =>
  trees === null || tree === null ? [] : trees.entries(tree);

/** All that GitHub could take for the folder of workflows; the folders' ids stand for what is in them. */
function workflows(trees: Trees): string {
  const outer = trees.entries(trees.root).filter(({ name }) => isGitHubFolder(name));
  const inner = outer.flatMap((folder) =>
    folder.mode === TREE
      ? trees
          .entries(folder.oid)
          .filter(({ name }) => isWorkflowFolder(name))
          .map((entry) => ({ ...entry, name: `${folder.name}/${entry.name}` }))
      : [folder],
  );
  return inner.map(({ mode, oid, name }) => `${mode} ${oid} ${name}`).join("\n");
}
