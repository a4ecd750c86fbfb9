/** Pages whose commands are typed here as they stand, and print what the pages say. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { blocksOf, place, printsAs, root, runBlocks } from "./run-page.ts";

const LONG = 240_000;
/** The pages are for people who have it; the product does not need it. */
const jq = spawnSync("jq", ["--version"]).status === 0;

describe("R-RUN-7", () => {
  it.each(["docs/contracts.md", "docs/watching.md"])(
    "R-RUN-7: every command of %s does what the page says",
    (page) => {
      if (!jq) return void console.log(`not run: ${page} needs jq`);
      const blocks = blocksOf(page).filter(({ notRun }) => notRun === null);
      const ran = runBlocks(page, place());
      for (const { block, code, output } of ran) {
        expect([code, output], `${page}:${block.line}`).toEqual([0, expect.any(String)]);
        if (block.prints !== null) expect(output, `${page}:${block.line}`).toMatch(printsAs(block.prints));
      }
      expect(ran).toHaveLength(blocks.length);
    },
    LONG,
  );

  it("R-RUN-7: the seed's own search finds each of the five contracts", () => {
    for (const words of [
      "legacy status fallback",
      "fanout liveness",
      "canceled failure class",
      "loop_restart_signature_limit",
      "failover:\\s*\\[\\]",
    ]) {
      const found = spawnSync("grep", ["-rniE", words, "docs/contracts.md"], { cwd: root, encoding: "utf8" });
      expect(found.stdout, words).not.toBe("");
    }
  });
});
