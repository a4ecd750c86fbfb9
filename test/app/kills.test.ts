import { describe, expect, it } from "vitest";
import { commandsKilled } from "./support/commands-killed.ts";
import { playKills } from "./support/play-kills.ts";

describe("the app killed without warning", () => {
  const asked = process.env.KILLS_SEED;

  it("R-GH-6: every run ends once, no hop runs twice, and the story comes to its end", async () => {
    const { kills } = asked === undefined ? await playKills(1, 4) : await playKills(Number(asked));
    expect(kills).toBeGreaterThanOrEqual(4);
  }, 300_000);

  it("R-GH-24: no command is lost and none is executed twice, though nobody says one again: 20 kills", async () => {
    expect(await commandsKilled(3, 20)).toEqual([]);
  }, 600_000);
});
