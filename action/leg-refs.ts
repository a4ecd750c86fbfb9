/** What the legs of a fan-out left on the remote, brought here with as few calls as can be. */
import { fetchRef, listRefs } from "../engine/git/refs.ts";
import { hash8 } from "../engine/git/safe-name.ts";
import type { Remote } from "./remote.ts";

export interface LegRefs {
  /** Every ref below the fan-out's folder, with its commit. */
  readonly at: ReadonlyMap<string, string>;
  /** Refs whose objects git refused, with its words. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Two calls for all of them; one each only when somebody's objects are refused, so that the others' are had. */
export async function bringLegRefs({ repo }: Remote, folder: string): Promise<LegRefs> {
  const at = await listRefs(repo, folder);
  const refused = new Map<string, string>();
  if (at.size === 0) return { at, refused };
  const whole = await repo
    .online([
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      repo.url,
      `+${folder}*:refs/seen/legs/*`,
    ])
    .catch(() => null);
  if (whole !== null) return { at, refused };
  for (const ref of at.keys()) {
    try {
      await fetchRef(repo, ref, `refs/seen/leg/${hash8(ref)}`, "whole");
    } catch (error) {
      refused.set(ref, error instanceof Error ? error.message : String(error));
    }
  }
  return { at, refused };
}
