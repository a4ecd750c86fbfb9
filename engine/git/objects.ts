/** Reading objects of a repository, many with one process. */
import type { Git } from "./process.ts";

export interface TreeFile {
  readonly path: string;
  readonly oid: string;
  readonly bytes: number;
}

/** A ledger has few files; a tree that unfolds to more was made to. */
const MOST_LISTED = 16 * 1024 * 1024;

/** Every file below `paths` in the commit's tree. A link or a submodule is no file and is not listed. */
export async function listFiles(git: Git, commit: string, paths: readonly string[]): Promise<TreeFile[]> {
  const { stdout } = await git(["ls-tree", "-r", "-l", "-z", commit, "--", ...paths], {
    maxBytes: MOST_LISTED,
  });
  return stdout
    .toString("utf8")
    .split("\0")
    .flatMap((entry) => {
      const [, oid, bytes, path] = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(entry) ?? [];
      return oid && bytes && path ? [{ path, oid, bytes: Number(bytes) }] : [];
    });
}

/** The contents of blobs, in the order asked. */
export async function readBlobs(git: Git, oids: readonly string[]): Promise<Buffer[]> {
  if (oids.length === 0) return [];
  const { stdout } = await git(["cat-file", "--batch=%(objecttype) %(objectsize)"], {
    input: `${oids.join("\n")}\n`,
  });
  let at = 0;
  return oids.map((oid) => {
    const end = stdout.indexOf(0x0a, at);
    const [, size] = /^blob (\d+)$/.exec(stdout.toString("latin1", at, end)) ?? [];
    if (size === undefined) throw new Error(`object ${oid} is missing or no file`);
    const content = stdout.subarray(end + 1, end + 1 + Number(size));
    at = end + 1 + Number(size) + 1;
    return content;
  });
}

/** Names from elsewhere are given to git only when they are ids: anything else could be an option. */
export const isOid = (text: string): boolean => /^[0-9a-f]{40,64}$/.test(text);

/** Whether `commit` is `of` or in its history. False too when either is not here. */
export async function isAncestor(git: Git, commit: string, of: string): Promise<boolean> {
  const { exitCode } = await git(["merge-base", "--is-ancestor", commit, of], { accept: [1, 128] });
  return exitCode === 0;
}
