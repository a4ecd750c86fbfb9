/** How many files and bytes a checkout of a commit would write, counted without one: a small tree may name a folder a million times. */
import { LINK, SUBMODULE, TREE, type Trees } from "../../engine/git/trees.ts";

export interface TreeSize {
  readonly entries: number;
  readonly bytes: number;
  readonly links: number;
  /** Of the longest path, and how many folders deep it is. */
  readonly pathBytes: number;
  readonly depth: number;
}

/** Beyond what the tree had where the branch began. */
const MOST_ENTRIES = 500_000;
const MOST_BYTES = 8 * 1024 ** 3;
const MOST_LINKS = 10_000;
/** No system makes longer ones. */
const MOST_PATH_BYTES = 4_096;

const NOTHING: TreeSize = { entries: 0, bytes: 0, links: 0, pathBytes: 0, depth: 0 };

/** Each tree is counted once, however often it stands in others. Deepest first: no recursion for a hostile depth to overflow. */
function sizeOfTree(trees: Trees): TreeSize {
  const known = new Map<string, TreeSize>();
  const open = [trees.root];
  for (let tree = open.at(-1); tree !== undefined; tree = open.at(-1)) {
    const missing = known.has(tree)
      ? []
      : trees.entries(tree).filter(({ mode, oid }) => mode === TREE && !known.has(oid));
    for (const oid of new Set(missing.map((entry) => entry.oid))) open.push(oid);
    if (missing.length > 0) continue;
    open.pop();
    if (!known.has(tree)) known.set(tree, sum(trees, tree, known));
  }
  return known.get(trees.root) ?? NOTHING;
}

function sum(trees: Trees, tree: string, known: ReadonlyMap<string, TreeSize>): TreeSize {
  let { entries, bytes, links, pathBytes, depth } = NOTHING;
  for (const { mode, oid, name } of trees.entries(tree)) {
    const inner = mode === TREE ? (known.get(oid) ?? NOTHING) : NOTHING;
    entries += 1 + inner.entries;
    bytes += inner.bytes + (mode === TREE || mode === SUBMODULE ? 0 : trees.sizeOf(oid));
    links += inner.links + (mode === LINK ? 1 : 0);
    pathBytes = Math.max(pathBytes, name.length + 1 + inner.pathBytes);
    depth = Math.max(depth, 1 + inner.depth);
  }
  return { entries, bytes, links, pathBytes, depth };
}

export function sizeProblem(base: Trees | null, now: Trees): string | null {
  const before = base === null ? NOTHING : sizeOfTree(base);
  const size = sizeOfTree(now);
  const more = (what: string, found: number, had: number, most: number): string | null =>
    found - had > most ? `it adds ${found - had} ${what}; at most ${most} are taken` : null;
  return (
    more("files and folders", size.entries, before.entries, MOST_ENTRIES) ??
    more("bytes of files", size.bytes, before.bytes, MOST_BYTES) ??
    more("links", size.links, before.links, MOST_LINKS) ??
    (size.pathBytes > Math.max(MOST_PATH_BYTES, before.pathBytes)
      ? `it holds a path of ${size.pathBytes} bytes; at most ${MOST_PATH_BYTES} are taken`
      : null)
  );
}
