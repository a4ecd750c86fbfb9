import { describe, expect, it } from "vitest";
import { race } from "./races.ts";
import { asRoot } from "./stage-process.ts";

describe.runIf(asRoot)("a live process of the stages' user that swaps files for links", () => {
  it("R-SEC-1: makes root read, delete and create nothing", async () => {
    expect(await race(600)).toEqual([]);
  });
});
