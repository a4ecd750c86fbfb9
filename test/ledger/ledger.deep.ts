import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { inGitRun } from "./git-ledger-kit.ts";
import { contend, killWhileAppending, killWhileReplacing, raceForLock } from "./races.ts";

/** CI plays a share of it on every change. */
const ROUNDS = process.env.ATTRACTOR_TESTS === "share" ? 20 : 200;

describe("the ledger under many kills and races", () => {
  it("R-LIFE-4: many kills never tear a file", () => killWhileReplacing(ROUNDS));
  it("R-LIFE-8: many kills never lose an acknowledged event", () => killWhileAppending(ROUNDS));
  it("R-LIFE-8: a dozen machines on one git ref", () => inGitRun((run) => contend(run, 12)));
  it("R-CKPT-8: many races for one lock", async () => {
    const folder = await mkdtemp(join(tmpdir(), "locks-"));
    await raceForLock(folder, ROUNDS);
    await rm(folder, { recursive: true });
  });
});
