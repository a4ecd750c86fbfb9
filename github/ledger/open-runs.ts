/** The runs that have not ended, and where each stands: one call, however many there are. */
import { createHash, type Hash } from "node:crypto";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import type { GitData } from "./git-data.ts";
import { type Rest, restOf } from "./resting-runs.ts";

export interface OpenRun {
  readonly runId: string;
  /** The tip of its log; null where only the beginning of one is there. */
  readonly tip: string | null;
  /** Set when it rests at that tip. */
  readonly rest: Rest | null;
  /** Refs that say so, of this tip or an earlier one. */
  readonly rests: readonly string[];
  /** Other when a branch's own log has moved. */
  readonly branches: string;
}

export interface Standing {
  readonly open: readonly OpenRun[];
  /** What says of runs that are no longer open that they rest. */
  readonly left: readonly string[];
}

export async function standing(git: GitData): Promise<Standing> {
  const refs = await git.matching(`${DEFAULT_REF_PREFIX}/`);
  const rests = new Map<string, { ref: string; sha: string; rest: Rest | null }[]>();
  const branches = new Map<string, Hash>();
  const open: string[] = [];
  for (const [ref, sha] of refs) {
    const [, runId, what, name] = ref.slice(DEFAULT_REF_PREFIX.length).split("/");
    if (runId === undefined) continue;
    if (what === "open" && name === undefined) open.push(runId);
    else if (what === "branch") {
      const hash = branches.get(runId) ?? createHash("sha1");
      branches.set(runId, hash.update(`${ref} ${sha}\n`));
    } else if (what === "rest" && name !== undefined) {
      const known = rests.get(runId) ?? [];
      known.push({ ref, sha, rest: restOf(name) });
      rests.set(runId, known);
    }
  }
  const runs = open.map((runId) => {
    const tip = refs.get(`${DEFAULT_REF_PREFIX}/${runId}/trunk`) ?? null;
    const mine = rests.get(runId) ?? [];
    rests.delete(runId);
    return {
      runId,
      tip,
      rest: mine.find(({ sha }) => sha === tip)?.rest ?? null,
      rests: mine.map(({ ref }) => ref),
      branches: branches.get(runId)?.digest("hex") ?? "",
    };
  });
  return { open: runs, left: [...rests.values()].flat().map(({ ref }) => ref) };
}

export const openRunIds = async (git: GitData): Promise<string[]> =>
  (await standing(git)).open.map(({ runId }) => runId);
