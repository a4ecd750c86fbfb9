/** Objects of a bare repository, read and written byte for byte. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git, gitText, tryGit } from "./run.ts";

export type ObjectType = "commit" | "tag" | "tree" | "blob";

export async function objectType(gitDir: string, sha: string): Promise<ObjectType | undefined> {
  const { code, stdout } = await tryGit(gitDir, ["cat-file", "-t", sha]);
  return code === 0 ? (stdout.toString().trim() as ObjectType) : undefined;
}

export async function readBlob(gitDir: string, sha: string): Promise<Buffer> {
  return git(gitDir, ["cat-file", "blob", sha]);
}

export async function writeBlob(gitDir: string, content: string | Buffer): Promise<string> {
  return gitText(gitDir, ["hash-object", "-w", "--stdin"], { input: content });
}

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: ObjectType;
  readonly sha: string;
  readonly size: number | undefined;
}

export async function readTree(gitDir: string, treeish: string, recursive: boolean): Promise<TreeEntry[]> {
  const flags = recursive ? ["-r", "-t"] : [];
  const text = await gitText(gitDir, ["ls-tree", "-z", "-l", ...flags, treeish]);
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const tab = line.indexOf("\t");
      const [mode = "", type = "blob", sha = "", size = "-"] = line.slice(0, tab).split(/ +/);
      return {
        path: line.slice(tab + 1),
        mode,
        type: type as ObjectType,
        sha,
        size: size === "-" ? undefined : Number(size),
      };
    });
}

/** One file as a commit or tree has it; undefined when it is not there or no file. */
export async function readFileAt(gitDir: string, treeish: string, path: string): Promise<Buffer | undefined> {
  const { code, stdout } = await tryGit(gitDir, ["cat-file", "blob", `${treeish}:${path}`]);
  return code === 0 ? stdout : undefined;
}

export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  /** Null takes the path away. */
  readonly sha: string | null;
}

/** A tree as `base` with the changes. Git's words when a path is one that no tree can hold. */
export async function writeTree(
  gitDir: string,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<{ readonly sha: string } | { readonly error: string }> {
  const folder = await mkdtemp(join(tmpdir(), "box-index-"));
  const env = { GIT_INDEX_FILE: join(folder, "index") };
  try {
    await git(gitDir, base === undefined ? ["read-tree", "--empty"] : ["read-tree", base], { env });
    const input = changes.map(
      ({ path, mode, sha }) => `${sha === null ? "0" : mode} ${sha ?? "0".repeat(40)}\t${path}\0`,
    );
    const update = await tryGit(gitDir, ["update-index", "-z", "--index-info"], {
      env,
      input: input.join(""),
    });
    // A path that no tree can hold is left out with a warning and no error.
    if (update.code !== 0 || update.stderr !== "") return { error: update.stderr.trim() };
    const written = await tryGit(gitDir, ["write-tree"], { env });
    return written.code === 0 ? { sha: written.stdout.toString().trim() } : { error: written.stderr.trim() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
