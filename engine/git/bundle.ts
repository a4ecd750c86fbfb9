/** Commits as one file, the way `git bundle` writes it: people can fetch from it, and a job can hand it to another. */
import { type Git, GitError } from "./process.ts";

/** Raised when bytes from elsewhere are no bundle that can be taken; says why. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** The history of `commit` without what leads up to `known`. */
export async function writeBundle(git: Git, commit: string, known: readonly string[]): Promise<Buffer> {
  const ref = `refs/bundled/${commit}`;
  await git(["update-ref", ref, commit]);
  const { stdout } = await git(["bundle", "create", "--quiet", "--version=2", "-", "--stdin"], {
    input: `${[ref, ...known.map((oid) => `^${oid}`)].join("\n")}\n`,
  });
  return stdout;
}

/** The commits that a bundle builds on, by its header. */
export function bundleNeeds(bytes: Buffer): string[] {
  const { lines } = headerOf(bytes);
  return lines.flatMap((line) => /^-([0-9a-f]{40})\b/.exec(line)?.[1] ?? []);
}

const MOST_HEADER = 256 * 1024;
const SIGNATURE = "# v2 git bundle\n";

function headerOf(bytes: Buffer): { readonly lines: readonly string[]; readonly end: number } {
  const end = bytes.subarray(0, MOST_HEADER).indexOf("\n\n");
  const header = end < 0 ? "" : bytes.toString("latin1", 0, end + 1);
  if (!header.startsWith(SIGNATURE)) throw new BundleError("its work is no git bundle");
  return { lines: header.slice(SIGNATURE.length).split("\n").filter(Boolean), end };
}

/**
 * Takes a bundle's objects in, each checked and every link followed, and says which commit it brings. The header is read
 * here and only its pack is given to git: no ref of the bundle's choosing is made.
 */
export async function takeBundle(git: Git, bytes: Buffer, mostBytes: number): Promise<string> {
  const { lines, end } = headerOf(bytes);
  const [tip, more] = lines.flatMap((line) => /^([0-9a-f]{40}) \S+$/.exec(line)?.[1] ?? []);
  if (tip === undefined || more !== undefined) throw new BundleError("its work does not name one commit");
  const taken = await git(
    ["index-pack", "--stdin", "--fix-thin", "--strict", `--max-input-size=${mostBytes}`],
    {
      input: bytes.subarray(end + 2),
      accept: [1, 128],
    },
  ).catch((error: unknown) => {
    // Too long, too large: of these bytes' own making.
    if (error instanceof GitError) throw new BundleError(`its work cannot be unpacked: ${error.message}`);
    throw error;
  });
  if (taken.exitCode !== 0)
    throw new BundleError(`its work holds objects that git refuses: ${taken.stderr.trim().slice(0, 500)}`);
  const found = await git(["cat-file", "-e", `${tip}^{commit}`], { accept: [1, 128] });
  if (found.exitCode !== 0)
    throw new BundleError(`its work does not hold the commit ${tip.slice(0, 12)} that it names`);
  return tip;
}
