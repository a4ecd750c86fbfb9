/** What stood at the fallback paths before an attempt: never ingested, and given back when the stage overwrote it. */
import { createHash } from "node:crypto";
import { relative } from "node:path";
import { removePlain, writeNewFile } from "../../git/plain-file.ts";
import { workGit } from "../../git/work-repo.ts";
import { FALLBACKS, type FallbackSource, fallbackPaths } from "./paths.ts";
import { type FoundStatus, readStatusFile } from "./read.ts";

interface Before {
  readonly found: FoundStatus;
  /** In git's index: a checkout or a reset by the stage may write the same bytes anew. */
  readonly tracked: boolean;
}

export interface StatusSnapshot {
  /** Null: something stood there before the attempt and the attempt did not write it. */
  readonly fresh: (source: FallbackSource) => FoundStatus | null;
  /** Takes an ingested file out of the worktree; a tracked one gets back what stood there. */
  readonly consume: (source: FallbackSource) => Promise<void>;
  readonly paths: Readonly<Record<FallbackSource, string>>;
}

export async function snapshotFallbacks(worktree: string): Promise<StatusSnapshot> {
  const paths = fallbackPaths(worktree);
  const before = new Map<FallbackSource, Before>();
  for (const source of FALLBACKS) {
    const found = readStatusFile(paths[source]);
    if (found.kind !== "missing")
      before.set(source, { found, tracked: await isTracked(worktree, paths[source]) });
  }
  return {
    paths,
    fresh(source) {
      const now = readStatusFile(paths[source]);
      const then = before.get(source);
      return then === undefined || now.kind === "missing" || isNew(now, then) ? now : null;
    },
    async consume(source) {
      const then = before.get(source);
      if (then?.tracked && then.found.kind === "file") {
        await writeNewFile(paths[source], then.found.bytes, then.found.mode);
      } else await removePlain(paths[source]);
    },
  };
}

function isNew(now: FoundStatus, { found: then, tracked }: Before): boolean {
  if (now.kind !== "file" || then.kind !== "file") return now.kind !== then.kind;
  if (digest(now.bytes) !== digest(then.bytes)) return true;
  if (tracked) return false;
  const { identity: a } = now;
  const { identity: b } = then;
  return a.inode !== b.inode || a.device !== b.device || a.modified !== b.modified || a.changed !== b.changed;
}

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Asked only for a file that is there, which is rare. When git cannot say, the strict answer is yes. */
async function isTracked(worktree: string, path: string): Promise<boolean> {
  // As the stages' user and without the driver's environment: the tree's configuration is a stage's to write.
  const asked = ["ls-files", "--error-unmatch", "--", relative(worktree, path)];
  const { exitCode, stderr } = await workGit(worktree)(asked, { accept: [1, 128] });
  return exitCode === 0 || !/did not match any file|not a git repository/i.test(stderr);
}
