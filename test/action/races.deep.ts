import { describe, expect, it } from "vitest";
import { race } from "./races.ts";
import { asRoot } from "./stage-process.ts";

const ROUNDS = process.env.ATTRACTOR_TESTS === "share" ? 10 : 200;

describe.runIf(asRoot)("a live process of the stages' user that swaps files for links, for long", () => {
  it("R-SEC-1: hits nothing in many rounds", async () => {
    for (let round = 1; round <= ROUNDS; round++) expect([round, await race(300)]).toEqual([round, []]);
  });
});
