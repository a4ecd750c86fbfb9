import { describe, expect, it } from "vitest";
import { counted } from "./jobs.ts";
import { playWide } from "./wide.ts";
import { expectWhole } from "./wide-end.ts";

describe("three hundred branches on the real workflows", () => {
  it.each(["app", "workflow"] as const)(
    "R-GH-10: end with 300 results joined in graph order over two hops, within the calls that the %s may make",
    async (coordinator) => {
      const wide = await playWide(300, 256, coordinator);
      console.log(`${coordinator}: calls by turn ${JSON.stringify(wide.turns)}`);
      expectWhole(wide, 300, 2);
      if (coordinator === "workflow")
        expect(await counted(wide.s, new Set())).toEqual({ jobs: 305, workflowRuns: 2 });
    },
  );
});
