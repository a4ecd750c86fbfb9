/** What a job leaves behind that may only read: its parcel in a folder, uploaded once its stages are over. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeBundle } from "../../engine/git/bundle.ts";
import { handoffName } from "../../engine/git/names.ts";
import { ORIGIN, stamp, unstamped } from "../../engine/ledger/envelope.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import type { JobPorts } from "../ports.ts";
import type { Expected } from "./expected.ts";
import { HEADER, LOG, WORK } from "./format.ts";

export interface Handoff extends Expected {
  /** What this job added to the run's log. */
  readonly events: readonly LedgerEvent[];
  /** Where its work ended; null when it made none. */
  readonly commit: string | null;
  /** Brings a commit into the driver's repository. */
  readonly bring: (commit: string) => Promise<void>;
}

export async function writeHandoff(
  { job, remote, say }: Pick<JobPorts, "job" | "remote" | "say">,
  goods: Handoff,
): Promise<void> {
  const { sender, events, commit, known, bring } = goods;
  const folder = join(job.temp, "attractor-parcel");
  // Nothing that a stage put there travels along.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await writeFile(join(folder, HEADER), `${JSON.stringify({ v: 1, ...sender })}\n`);
  const lines = stamp(events.map(unstamped), sender.runId, ORIGIN).map(({ line }) => line);
  await writeFile(join(folder, LOG), lines.join(""));
  if (commit !== null && !known.includes(commit)) {
    await bring(commit);
    await writeFile(join(folder, WORK), await writeBundle(remote.repo.git, commit, known));
  }
  say.control("parcel-dir", folder);
  say.control("parcel", handoffName(sender));
}
