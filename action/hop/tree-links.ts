/** Where the links of a commit's tree lead, each followed through the others as a file system would follow it. */

import type { Git } from "../../engine/git/process.ts";
import { contentsOf, LINK, TREE, type TreeEntry, type Trees } from "../../engine/git/trees.ts";
import { folded, isGitFolder, shown } from "./tree-names.ts";

const MOST_TARGET = 4_096;
/** As Linux does: what passes more links opens nothing. */
const MOST_HOPS = 40;
const MOST_STEPS = 2_000_000;

interface Link {
  readonly path: readonly string[];
  readonly oid: string;
}

/** A link that leads out is refused, unless it stood there and led out before. */
export async function linkProblem(git: Git, base: Trees | null, now: Trees): Promise<string | null> {
  const links = linksIn(now);
  const targets = await targetsOf(git, [...(base === null ? [] : linksIn(base)), ...links], now);
  const steps = { left: MOST_STEPS };
  for (const { path, oid } of links) {
    const out = leadsOut(now, targets, path, steps);
    if (steps.left <= 0) return "its links lead through one another too often to be followed";
    if (!out) continue;
    const before = base === null ? null : entryAt(base, path);
    const stood = before?.mode === LINK && before.oid === oid && base !== null;
    if (!(stood && leadsOut(base, targets, path, steps)))
      return `${shown(path.join("/"))} is a link that leads out of the repository`;
  }
  return null;
}

/** Links in the order of the tree. Their number was bounded by whoever asks; folders without one are entered once. */
function linksIn(trees: Trees): Link[] {
  const without = new Set<string>();
  const found: Link[] = [];
  const walk = (tree: string, path: readonly string[]): void => {
    const before = found.length;
    for (const { mode, oid, name } of trees.entries(tree)) {
      if (mode === LINK) found.push({ path: [...path, name], oid });
      else if (mode === TREE && !without.has(oid)) walk(oid, [...path, name]);
    }
    if (found.length === before) without.add(tree);
  };
  walk(trees.root, []);
  return found;
}

/** By one process. A target that is too long to be one counts as absolute. */
async function targetsOf(git: Git, links: readonly Link[], { sizeOf }: Trees): Promise<Map<string, string>> {
  const all = [...new Set(links.map(({ oid }) => oid))];
  const short = all.filter((oid) => sizeOf(oid) <= MOST_TARGET);
  const read = await contentsOf(git, short);
  return new Map([
    ...all.map((oid) => [oid, "/"] as const),
    ...read.map(([oid, bytes]) => [oid, bytes.toString("latin1")] as const),
  ]);
}

function leadsOut(
  trees: Trees,
  targets: ReadonlyMap<string, string>,
  path: readonly string[],
  steps: { left: number },
): boolean {
  const todo = [...path].reverse();
  /** Folders on the way, as trees; null for what is not in the commit. */
  const at: (string | null)[] = [trees.root];
  for (let hops = 0; todo.length > 0; ) {
    if (steps.left-- <= 0) return true;
    const part = todo.pop() as string;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (at.length === 1) return true;
      at.pop();
      continue;
    }
    if (isGitFolder(part)) return true;
    const here = at.at(-1) ?? null;
    const entry = here === null ? null : find(trees.entries(here), part);
    if (entry?.mode !== LINK) {
      at.push(entry?.mode === TREE ? entry.oid : null);
      continue;
    }
    if (++hops > MOST_HOPS) return false;
    const target = targets.get(entry.oid) ?? "/";
    // Windows knows another stroke, and drives.
    if (/^(?:[/\\]|[A-Za-z]:)/.test(target)) return true;
    todo.push(...target.split(/[/\\]/).reverse());
  }
  return false;
}

function entryAt(trees: Trees, path: readonly string[]): TreeEntry | null {
  let entry: TreeEntry | null = null;
  let tree: string | null = trees.root;
  for (const name of path) {
    if (tree === null) return null;
    entry = find(trees.entries(tree), name);
    if (entry?.name !== name) return null;
    tree = entry?.mode === TREE ? entry.oid : null;
  }
  return entry;
}

const indexes = new WeakMap<readonly TreeEntry[], ReadonlyMap<string, TreeEntry>>();

/** A folder is asked for the same few names again and again. On some systems a link is met by another spelling too. */
function find(entries: readonly TreeEntry[], name: string): TreeEntry | null {
  let index = indexes.get(entries);
  if (index === undefined) {
    const links = entries.filter(({ mode }) => mode === LINK);
    index = new Map([
      ...links.map((entry) => [`folded ${folded(entry.name)}`, entry] as const),
      ...entries.map((entry) => [`exact ${entry.name}`, entry] as const),
    ]);
    indexes.set(entries, index);
  }
  return index.get(`exact ${name}`) ?? index.get(`folded ${folded(name)}`) ?? null;
}
