import { describe, expect, it } from "vitest";
import { playKills } from "./support/play-kills.ts";

describe("the app killed without warning", () => {
  const asked = process.env.KILLS_SEED;

  it("R-GH-6: every run ends once, no hop runs twice, and the story comes to its end", async () => {
    const { kills } = asked === undefined ? await playKills(1, 4) : await playKills(Number(asked));
    expect(kills).toBeGreaterThanOrEqual(4);
  }, 300_000);
});
