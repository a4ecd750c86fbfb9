/** What brings branches' work to where it stays reachable when their own refs go (docs/protocol.md, "Refs of a run"). */

import { DEFAULT_REF_PREFIX, retainedRef } from "../../engine/git/names.ts";
import { fetchRef, type RefUpdate } from "../../engine/git/refs.ts";
import { retainedCommit } from "../../engine/git/retained-commit.ts";
import type { Remote } from "./remote.ts";

export async function retainCommits(
  { repo }: Remote,
  runId: string,
  commits: readonly string[],
): Promise<RefUpdate[]> {
  if (commits.length === 0) return [];
  const ref = retainedRef(DEFAULT_REF_PREFIX, runId);
  const from = await fetchRef(repo, ref, "refs/seen/kept", "tip");
  return [{ ref, from, to: await retainedCommit(repo.git, from, commits) }];
}
