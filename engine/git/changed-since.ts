/** Which files of a tree are not as a commit has them. The tree is looked at itself: what git ignores or was told to overlook counts too. */
import { createHash } from "node:crypto";
import { closeSync } from "node:fs";
import { join, posix } from "node:path";
import { bytesOf, openPlain } from "./plain-file.ts";
import type { Git } from "./process.ts";
import { type FoundEntry, foundBelow, namedBelow } from "./tree-look.ts";

export interface Looked {
  /** Files or folders, from the tree's top. */
  readonly paths: readonly string[];
  /** Names of files that count in whatever folder they lie. */
  readonly names: readonly string[];
}

interface Kept {
  readonly kind: "file" | "link";
  readonly oid: string;
  readonly bytes: number;
}

export async function changedSince(
  git: Git,
  commit: string,
  root: string,
  { paths, names }: Looked,
): Promise<string[]> {
  const seen = new Set<string>();
  const changed = new Set<string>();
  let next = [...paths, ...(await namedAt(git, commit, names)), ...(await namedBelow(root, names))];
  while (next.length > 0) {
    const asked = [...new Set(next)].filter((path) => !seen.has(path));
    for (const path of asked) seen.add(path);
    const kept = await keptAt(git, commit, asked);
    const found = await foundBelow(root, asked);
    next = [];
    for (const path of new Set([...kept.keys(), ...found.keys()])) {
      const here = found.get(path);
      if (!same(root, path, here, kept.get(path))) changed.add(path);
      // Who reads through it reads what it leads to.
      else if (here?.kind === "link") next.push(...leadsTo(path, here.target));
    }
  }
  return [...changed].sort();
}

function leadsTo(path: string, target: string): string[] {
  const to = posix.join(posix.dirname(path), target).replace(/\/$/, "");
  return target.startsWith("/") || to === "." || to === ".." || to.startsWith("../") ? [] : [to];
}

const MODES: Readonly<Record<string, Kept["kind"]>> = {
  "100644": "file",
  "100755": "file",
  "120000": "link",
};

async function keptAt(git: Git, commit: string, paths: readonly string[]): Promise<Map<string, Kept>> {
  if (paths.length === 0) return new Map();
  const list = async (options: readonly string[], asked: readonly string[]) => {
    const { stdout } = await git(["ls-tree", ...options, "-l", "-z", commit, "--", ...asked]);
    return stdout
      .toString("utf8")
      .split("\0")
      .flatMap((line): [string, Kept][] => {
        const [, mode = "", oid = "", bytes, path = ""] =
          /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
        const kind = MODES[mode];
        return kind === undefined ? [] : [[path, { kind, oid, bytes: Number(bytes) }]];
      });
  };
  const above = [...new Set(paths.flatMap(foldersAbove))];
  const links = above.length === 0 ? [] : await list([], above);
  return new Map([...links.filter(([, { kind }]) => kind === "link"), ...(await list(["-r"], paths))]);
}

/** `a/b/c`: `a`, `a/b`. */
const foldersAbove = (path: string): string[] => {
  const parts = path.split("/");
  return parts.slice(1).map((_, n) => parts.slice(0, n + 1).join("/"));
};

async function namedAt(git: Git, commit: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const { stdout } = await git(["ls-tree", "-r", "--name-only", "-z", commit]);
  return stdout
    .toString("utf8")
    .split("\0")
    .filter((path) => wanted.has(posix.basename(path).toLowerCase()));
}

function same(root: string, path: string, here: FoundEntry | undefined, kept: Kept | undefined): boolean {
  if (here === undefined || kept === undefined || here.kind !== kept.kind) return false;
  if (here.kind === "link") return oidOf(Buffer.from(here.target), kept) === kept.oid;
  if (here.bytes !== kept.bytes && here.bytes > TEXT_BYTES) return false;
  const bytes = read(join(root, path));
  if (bytes === null) return false;
  return oidOf(bytes, kept) === kept.oid || oidOf(withoutReturns(bytes), kept) === kept.oid;
}

const TEXT_BYTES = 1024 * 1024;

/** Git writes them where a repository or a machine wants them, and takes them out again. */
const withoutReturns = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1");

function read(path: string): Buffer | null {
  try {
    const { fd, stat } = openPlain(path);
    try {
      return bytesOf(fd, stat.size);
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

const oidOf = (bytes: Buffer, { oid }: Kept): string =>
  createHash(oid.length === 64 ? "sha256" : "sha1")
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
