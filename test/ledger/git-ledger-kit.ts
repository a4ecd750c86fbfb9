/** Ledgers of one run in a git world, each as another machine would open it. */
import type { BareRepo } from "../../engine/git/bare-repo.ts";
import { openRef, trunkRef } from "../../engine/git/names.ts";
import { type GitLedger, gitLedger } from "../../engine/ledger/git/git-ledger.ts";
import type { Tip } from "../../engine/ledger/port.ts";
import { type GitWorld, git, gitWorld, TOKEN } from "../git/git-world.ts";
import { event, stored } from "./contract.ts";

export const RUN = "run-1";
/** Of the job that appends. */
export const SECRET = "correct-horse-battery";
export const TRUNK = trunkRef("refs/attractor", RUN);
export const OPEN = openRef("refs/attractor", RUN);

export interface GitRun {
  readonly world: GitWorld;
  readonly repo: BareRepo;
  readonly ledger: GitLedger;
  readonly tip: Tip;
  /** Waits that were asked for, by number of the try. */
  readonly pauses: number[];
  another(): Promise<GitLedger>;
  /** Names of the events as the server holds them. */
  events(): Promise<string[]>;
  /** git on the server's repository. */
  server(...args: string[]): Promise<string>;
}

export async function inGitRun(
  work: (run: GitRun) => Promise<void>,
  first = event("run_started"),
): Promise<void> {
  const world = await gitWorld();
  const pauses: number[] = [];
  const open = (repo: BareRepo): GitLedger =>
    gitLedger({
      repo,
      runId: RUN,
      ref: TRUNK,
      openRef: OPEN,
      secrets: [SECRET],
      redact: (text) => text.replaceAll(TOKEN, "***").replaceAll("hunter2hunter2", "***"),
      now: () => new Date(1_700_000_000_000),
      pause: async (attempt) => void pauses.push(attempt),
    });
  const another = async (): Promise<GitLedger> => open(await world.machine());
  try {
    const repo = await world.machine();
    const ledger = open(repo);
    const { tip } = stored(await ledger.create([first]));
    await work({
      ...{ world, repo, ledger, tip, pauses, another },
      events: async () => (await (await another()).read()).events.map((each) => each.event),
      server: (...args) => git(world.server, ...args),
    });
  } finally {
    await world.close();
  }
}
