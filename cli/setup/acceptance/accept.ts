/**
 * The product's own acceptance in a user's repository: one graph with two branches and a question is run and answered, a
 * second run is cancelled, and what was taken for granted of github.com is compared with what is seen.
 */
import { messageOf } from "../../../engine/message-of.ts";
import { gitData } from "../../../github/ledger/git-data.ts";
import type { Row, See, Seen } from "./assumptions.ts";
import { cancelledRun } from "./cancelled-run.ts";
import { firstRun } from "./first-run.ts";
import { branchOf, makeBranch } from "./graphs.ts";
import type { Playing } from "./playing.ts";

export interface Acceptance extends Accepted {
  /** For the action's repository; null where nothing differs. */
  readonly issue: string | null;
}

export interface Accepted {
  readonly seen: readonly Seen[];
  /** Why it did not come to its end; null when it did. */
  readonly ended: string | null;
}

export async function accept(playing: Playing): Promise<Accepted> {
  const { caller, made, name, stop } = playing;
  const git = gitData(caller.github);
  const seen: Seen[] = [];
  const see: See = (row, as, words) => void seen.push({ row, as, seen: words });
  try {
    const tip = await git.ref(`refs/heads/${caller.branch}`);
    if (tip === null) throw new Error(`the default branch ${caller.branch} has no commit`);
    made.name = name;
    playing.progress(`making the branch ${branchOf(name)}`);
    await makeBranch(caller.github, tip, name);
    await firstRun(playing, see);
    await cancelledRun(playing, see);
    return { seen, ended: null };
  } catch (error) {
    if (stop.aborted) return { seen, ended: "it was interrupted" };
    const reached = (row: Row) => seen.some((one) => one.row === row);
    const missing = (["success", "canceled"] as const).find((row) => !reached(row));
    if (missing !== undefined) see(missing, false, "it did not come to that");
    return { seen, ended: messageOf(error) };
  }
}
