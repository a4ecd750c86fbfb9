import { describe, it } from "vitest";
import { playWide } from "./wide.ts";
import { expectWhole } from "./wide-end.ts";

describe("a fan-out that is wider than a matrix", () => {
  it.each(["workflow", "app"] as const)(
    "R-GH-10: goes on in the next hop, is joined in graph order, and costs the %s no call more for a branch more",
    async (coordinator) => {
      expectWhole(await playWide(5, 4, coordinator), 5, 2);
    },
    600_000,
  );
});
