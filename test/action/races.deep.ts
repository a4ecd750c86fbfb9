import { expect, it } from "vitest";
import { race } from "./races.ts";
import { asRoot } from "./stage-process.ts";

it.runIf(asRoot)("R-SEC-1: nor in 200 rounds", async () => {
  for (let round = 1; round <= 200; round++) expect([round, await race(500)]).toEqual([round, []]);
});
