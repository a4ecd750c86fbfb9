/** A hop world whose branches leave artifacts: parcels made as an honest job makes them, and changed as a hostile one would. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Zippable, zipSync } from "fflate";
import type { Sender } from "../../action/handoff/format.ts";
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import { writeBundle } from "../../engine/git/bundle.ts";
import { handoffName, legName } from "../../engine/git/names.ts";
import { gitIn } from "../../engine/git/process.ts";
import { ORIGIN, stamp } from "../../engine/ledger/envelope.ts";
import { git } from "../git/git-world.ts";
import { hopWorld } from "./hop-world.ts";
import { NONCE, type Runs } from "./open-hop-log.ts";
import type { HopWorld } from "./open-hop-world.ts";

export interface ParcelWorld extends HopWorld {
  sender(branch: PlannedBranch): Sender;
  /** Files as a job leaves them; `work`: what `made` gave. */
  files(sender: Sender, lines: readonly object[], work?: Buffer): Zippable;
  deliver(sender: Sender, files: Zippable): void;
  /** A commit above `from` with these files, as a bundle; pushed nowhere. */
  made(files: Readonly<Record<string, string>>, from?: string): Promise<{ commit: string; work: Buffer }>;
}

interface ParcelOptions {
  readonly usd?: number | null;
  /** Of the workflow run. */
  readonly attempt?: number;
  readonly runs?: Runs;
}

const AT = new Date(1_700_000_000_000).toISOString();

export async function parcelWorld(
  count: number,
  { usd = null, attempt = 1, runs = "branches" }: ParcelOptions = {},
): Promise<ParcelWorld> {
  const w = await hopWorld(count, attempt, usd, runs);
  return {
    ...w,
    sender: (branch) => ({ runId: w.runId, hop: 2, epoch: 2, part: legName(branch), attempt, claim: NONCE }),
    files: (sender, lines, work) => ({
      "parcel.json": Buffer.from(JSON.stringify({ v: 1, ...sender })),
      "log.ndjson": Buffer.from(
        stamp(
          lines.map((line) => ({ ...line, ts: AT })),
          sender.runId,
          ORIGIN,
        )
          .map(({ line }) => line)
          .join(""),
      ),
      ...(work === undefined ? {} : { "work.bundle": work }),
    }),
    deliver: (sender, files) => void w.artifacts.set(handoffName(sender), Buffer.from(zipSync(files))),
    async made(files, from = w.base) {
      await git(w.home, "checkout", "--quiet", "--detach", from);
      for (const [path, text] of Object.entries(files)) {
        await rm(join(w.home, path), { force: true });
        await mkdir(dirname(join(w.home, path)), { recursive: true });
        await writeFile(join(w.home, path), text);
      }
      await git(w.home, "add", "--all");
      await git(w.home, "commit", "--quiet", "-m", "work");
      const commit = await git(w.home, "rev-parse", "HEAD");
      const plain = gitIn(w.home, { PATH: process.env.PATH, HOME: w.home });
      return { commit, work: await writeBundle(plain, commit, [w.base]) };
    },
  };
}
