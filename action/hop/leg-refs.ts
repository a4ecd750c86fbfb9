/** What the legs of a fan-out left on the remote, brought here with as few calls as can be. */
import { listFiles } from "../../engine/git/objects.ts";
import { fetchRef, listRefs } from "../../engine/git/refs.ts";
import { hash8 } from "../../engine/git/safe-name.ts";
import { CARRIED } from "../../engine/ledger/git/layout.ts";
import { logFilesIn, readGitLog } from "../../engine/ledger/git/log.ts";
import { messageOf } from "../../engine/message-of.ts";
import type { LegResult } from "./branch-result.ts";
import type { Remote } from "./remote.ts";

export interface LegRefs {
  /** Every ref below the fan-out's folder, with its commit. */
  readonly at: ReadonlyMap<string, string>;
  /** Refs whose objects git refused, with its words. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Two calls for all of them; one each only when somebody's objects are refused, so that the others' are had. */
export async function fetchLegRefs({ repo }: Remote, folder: string): Promise<LegRefs> {
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
      refused.set(ref, messageOf(error));
    }
  }
  return { at, refused };
}

const MOST_LOG_BYTES = 16 * 1024 * 1024;

/** The log and work of one leg, attempt and epoch; null when it never wrote to its ref. */
export async function legResultByRef(
  { repo }: Remote,
  refs: LegRefs,
  runId: string,
  ref: string,
): Promise<LegResult | null> {
  const at = refs.at.get(ref);
  if (at === undefined) return null;
  const refused = refs.refused.get(ref);
  if (refused !== undefined) return { problem: refused };
  try {
    const files = await listFiles(repo.git, at, ["."]);
    const log = files.filter(({ path }) => !path.startsWith(`${CARRIED}/`));
    const bytes = log.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > MOST_LOG_BYTES)
      return { problem: `its log has ${bytes} bytes; at most ${MOST_LOG_BYTES} are taken` };
    const { events, carried } = await readGitLog(repo.git, runId, at, null, logFilesIn(files, at));
    if (carried.length === 0) return { events, work: refs.at.get(`${ref}-code`) ?? null };
    const { takeCarried } = await import("../../engine/ledger/git/work-bundles.ts");
    return { events, work: await takeCarried(repo, ref, carried) };
  } catch (error) {
    const why = messageOf(error);
    return { problem: `its log cannot be read: ${why.slice(0, 500)}` };
  }
}
