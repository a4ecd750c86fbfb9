/** A part's artifact, found by the name that the ledger gives it, opened, its work taken into the driver's repository. */
import { BundleError, takeBundle } from "../../engine/git/bundle.ts";
import { handoffName } from "../../engine/git/names.ts";
import type { LegResult } from "../hop/branch-result.ts";
import type { Remote } from "../hop/remote.ts";
import type { Artifacts } from "./artifact-service.ts";
import type { Expected } from "./expected.ts";
import { HandoffError, MOST_BYTES, MOST_PACKED, WORK } from "./format.ts";
import { openHandoff } from "./open.ts";

export async function readHandoff(
  artifacts: Artifacts,
  remote: Remote,
  { sender, known, before }: Expected,
): Promise<LegResult | null> {
  try {
    const zip = await artifacts.take(handoffName(sender), MOST_PACKED);
    if (zip === null) return null;
    const { events, work } = await openHandoff(zip, sender);
    await remote.fetchCommits(known);
    if (work === null) return { events, work: before };
    return { events, work: await takeBundle(remote.repo.git, work, MOST_BYTES[WORK]) };
  } catch (error) {
    if (error instanceof HandoffError || error instanceof BundleError)
      return { problem: `its artifact is refused: ${error.message}` };
    throw error;
  }
}
