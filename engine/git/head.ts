/** What a worktree's HEAD names, read from its files: asking git would cost another process at every stage end. */
import { join } from "node:path";
import { readPlainFile } from "./plain-file.ts";
import type { Worktree } from "./tree-handle.ts";
import { workUser } from "./work-user.ts";

export interface Head {
  /** The branch it is on; null when detached. */
  readonly branch: string | null;
  readonly commit: string | null;
}

const MOST_BYTES = 4096;
const OID = /^[0-9a-f]{40,64}$/;

export async function readHead(tree: Worktree): Promise<Head> {
  // Where git said that they are is a stage's word there: only that user may open them.
  if (workUser() !== null) return await askHead(tree);
  const text = ((await readPlainFile(join(tree.gitDir, "HEAD"), MOST_BYTES)) ?? "").trim();
  if (OID.test(text)) return { branch: null, commit: text };
  const [, branch] = /^ref: (refs\/\S+)$/.exec(text) ?? [];
  const loose = branch && ((await readPlainFile(join(tree.commonDir, branch), MOST_BYTES)) ?? "").trim();
  if (branch && loose && OID.test(loose)) return { branch, commit: loose };
  return await askHead(tree);
}

/** Packed refs, and ref storage of other kinds. */
async function askHead(tree: Worktree): Promise<Head> {
  const branch = await tree.git(["symbolic-ref", "--quiet", "HEAD"], { accept: [1, 128] });
  const commit = await tree.git(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { accept: [1, 128] });
  return {
    branch: branch.exitCode === 0 ? branch.stdout.toString().trim() : null,
    commit: commit.exitCode === 0 ? commit.stdout.toString().trim() : null,
  };
}
