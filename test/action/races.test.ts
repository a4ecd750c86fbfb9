import { expect, it } from "vitest";
import { race } from "./races.ts";
import { asRoot } from "./stage-process.ts";

it.runIf(asRoot)(
  "R-SEC-1: a live process that swaps files for links makes root read, delete and create nothing",
  async () => {
    expect(await race(600)).toEqual([]);
  },
);
