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
  /** Of commits. */
  readonly roots: Map<string, string>;
  readonly trees: Map<string, readonly TreeEntry[]>;
  readonly sizes: Map<string, number>;
}

/** A repository's objects never change: branches of one fan-out share most of theirs. */
const known = new WeakMap<Git, Known>();

function knownOf(git: Git): Known {
  const all = known.get(git) ?? { roots: new Map(), trees: new Map(), sizes: new Map() };
  known.set(git, all);
  return all;
}

export async function readTrees(git: Git, commit: string): Promise<Trees> {
  const all = knownOf(git);
  const root = all.roots.get(commit) ?? (await rootOf(git, commit));
  if (!all.trees.has(root)) await learn(git, all, [root]);
  return {
    root,
    entries: (tree) => all.trees.get(tree) ?? [],
    sizeOf: (blob) => all.sizes.get(blob) ?? 0,
  };
}

/** By as few processes as one commit takes. Nothing is said of what cannot be had: whoever reads that commit's trees alone hears why. */
export async function readTogether(git: Git, commits: readonly string[]): Promise<void> {
  const all = knownOf(git);
  try {
    const { stdout } = await git(["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
      ...bounds(commits.length * 64),
      input: commits.map((commit) => `${commit}^{tree}\n`).join(""),
    });
    const found = linesOf(stdout).map((line) => /^([0-9a-f]{40}) tree$/.exec(line)?.[1]);
    const roots = found.filter((root) => root !== undefined);
    if (roots.length > 0) await learn(git, all, roots);
    for (const [n, root] of found.entries()) if (root !== undefined) all.roots.set(commits[n]!, root);
  } catch (error) {
    if (!(error instanceof TreeLimitError || error instanceof GitError)) throw error;
  }
}

const rootOf = async (git: Git, commit: string): Promise<string> =>
  (await git(["rev-parse", "--verify", `${commit}^{tree}`])).stdout.toString("latin1").trim();

async function learn(git: Git, { trees, sizes }: Known, roots: readonly string[]): Promise<void> {
  const listed = await git(["rev-list", "--objects", "--no-object-names", "--filter=blob:none", "--stdin"], {
    ...bounds(MOST_TREES * OID_LINE),
    input: `${roots.join("\n")}\n`,
  }).catch((error) => {
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
  const read = (await contentsOf(git, missing)).map(([oid, bytes]) => [oid, parseTree(bytes)] as const);
  await learnSizes(git, sizes, read);
  // Last: a tree that is known has the sizes of its files.
  for (const [oid, entries] of read) trees.set(oid, entries);
}

async function learnSizes(
  git: Git,
  sizes: Known["sizes"],
  of: readonly (readonly [string, readonly TreeEntry[]])[],
): Promise<void> {
  const blobs = new Set<string>();
  for (const [, entries] of of)
    for (const { mode, oid } of entries)
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
