/** The trees of a commit as a graph in memory, each read once however often it is used: what would unfold to billions of files stays small. */
import { type Git, GitError } from "./process.ts";

export interface TreeEntry {
  readonly mode: string;
  readonly oid: string;
  /** One character a byte: names need not be UTF-8. */
  readonly name: string;
}

export interface Trees {
  readonly root: string;
  entries(tree: string): readonly TreeEntry[];
  /** In bytes. */
  sizeOf(blob: string): number;
}

export const TREE = "40000";
export const LINK = "120000";
export const SUBMODULE = "160000";

/** Raised for trees that are too many or too large to be looked at. */
export class TreeLimitError extends Error {
  override readonly name = "TreeLimitError";
}

const MOST_TREES = 400_000;
const MOST_TREE_BYTES = 128 * 1024 * 1024;
/** What git itself may take: far more than bounded input needs. */
const GIT_MEMORY = 2 * 1024 * 1024 * 1024;
const OID_LINE = 41;

interface Known {
  readonly trees: Map<string, readonly TreeEntry[]>;
  readonly sizes: Map<string, number>;
}

/** A repository's objects never change: branches of one fan-out share most of theirs. */
const known = new WeakMap<Git, Known>();

export async function readTrees(git: Git, commit: string): Promise<Trees> {
  const { trees, sizes } = known.get(git) ?? { trees: new Map(), sizes: new Map() };
  known.set(git, { trees, sizes });
  const root = (await git(["rev-parse", "--verify", `${commit}^{tree}`])).stdout.toString("latin1").trim();
  if (!trees.has(root)) {
    const listed = await git(
      ["rev-list", "--objects", "--no-object-names", "--filter=blob:none", root],
      bounds(MOST_TREES * OID_LINE),
    ).catch((error) => {
      throw error instanceof GitError && error.exitCode === null
        ? new TreeLimitError(`it holds more than ${MOST_TREES} folders, or folders too deep to list`)
        : error;
    });
    const missing = linesOf(listed.stdout).filter((oid) => !trees.has(oid));
    const bytes = (await sizesOf(git, missing)).reduce((sum, size) => sum + size, 0);
    if (bytes > MOST_TREE_BYTES)
      throw new TreeLimitError(
        `its folders alone take ${bytes} bytes; at most ${MOST_TREE_BYTES} are looked at`,
      );
    for (const [oid, content] of await contentsOf(git, missing)) trees.set(oid, parseTree(content));
    await learnSizes(git, trees, sizes, missing);
  }
  return {
    root,
    entries: (tree) => trees.get(tree) ?? [],
    sizeOf: (blob) => sizes.get(blob) ?? 0,
  };
}

async function learnSizes(git: Git, trees: Known["trees"], sizes: Known["sizes"], of: readonly string[]) {
  const blobs = new Set<string>();
  for (const tree of of)
    for (const { mode, oid } of trees.get(tree) ?? [])
      if (mode !== TREE && mode !== SUBMODULE && !sizes.has(oid)) blobs.add(oid);
  const list = [...blobs];
  for (const [at, size] of (await sizesOf(git, list)).entries()) sizes.set(list[at] ?? "", size);
}

/** The contents of several objects, by one process. The caller knows that they are small. */
export async function contentsOf(git: Git, oids: readonly string[]): Promise<[string, Buffer][]> {
  if (oids.length === 0) return [];
  const { stdout } = await git(["cat-file", "--batch=%(objectsize)"], {
    ...bounds(MOST_TREE_BYTES + oids.length * 16),
    input: `${oids.join("\n")}\n`,
  });
  let at = 0;
  return oids.map((oid) => {
    const end = stdout.indexOf(0x0a, at);
    const size = Number(stdout.toString("latin1", at, end));
    if (!Number.isInteger(size)) throw new TreeLimitError(`object ${oid} is missing`);
    at = end + 1 + size + 1;
    return [oid, stdout.subarray(end + 1, end + 1 + size)];
  });
}

async function sizesOf(git: Git, oids: readonly string[]): Promise<number[]> {
  if (oids.length === 0) return [];
  const { stdout } = await git(["cat-file", "--batch-check=%(objectsize)"], {
    ...bounds(oids.length * 64),
    input: `${oids.join("\n")}\n`,
  });
  return linesOf(stdout).map((line) => (/^\d+$/.test(line) ? Number(line) : 0));
}

const bounds = (maxBytes: number) => ({ maxBytes, memoryBytes: GIT_MEMORY });

const linesOf = (bytes: Buffer): string[] => bytes.toString("latin1").split("\n").filter(Boolean);

const OID_BYTES = 20;

function parseTree(bytes: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space);
    const mode = bytes.toString("latin1", at, space);
    const name = bytes.toString("latin1", space + 1, end);
    const oid = bytes.toString("hex", end + 1, end + 1 + OID_BYTES);
    entries.push({ mode, oid, name });
    at = end + 1 + OID_BYTES;
  }
  return entries;
}
