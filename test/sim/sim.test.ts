import { describe, it } from "vitest";
import { playSeed } from "./play.ts";

const FIRST = 120;

describe("seeded worlds with faults", () => {
  const asked = process.env.SIM_SEED;
  const seeds = asked === undefined ? Array.from({ length: FIRST }, (_, i) => i + 1) : [Number(asked)];

  it("R-GH-6: every run ends once and no hop runs twice, whatever is lost, doubled, late or killed", async () => {
    for (const seed of seeds) await playSeed(seed);
  }, 120_000);
});
