/** Refs taken away again, tried more than once. */
import { setTimeout as sleep } from "node:timers/promises";
import type { GitData } from "../../github/ledger/git-data.ts";

const LOOK_EVERY_MS = 250;
const TRIES = 4;

/** Answers with those that are still there. */
export async function deleteRefs(git: GitData, refs: Iterable<string>): Promise<string[]> {
  const left: string[] = [];
  for (const ref of refs) if (!(await deleted(git, ref))) left.push(ref);
  return left;
}

async function deleted(git: GitData, ref: string): Promise<boolean> {
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      await git.deleteRef(ref);
      return true;
    } catch {
      await sleep(LOOK_EVERY_MS * tries);
    }
  }
  return false;
}
