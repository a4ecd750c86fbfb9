import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { inGitRun } from "./git-ledger-kit.ts";
import { contend, killWhileAppending, killWhileReplacing, raceForLock } from "./races.ts";

describe("the ledger under many kills and races", () => {
  it("R-LIFE-4: hundreds of kills never tear a file", () => killWhileReplacing(200));
  it("R-LIFE-8: hundreds of kills never lose an acknowledged event", () => killWhileAppending(200));
  it("R-LIFE-8: a dozen machines on one git ref", () => inGitRun((run) => contend(run, 12)));
  it("R-CKPT-8: hundreds of races for one lock", async () => {
    const folder = await mkdtemp(join(tmpdir(), "locks-"));
    await raceForLock(folder, 200);
    await rm(folder, { recursive: true });
  });
});
