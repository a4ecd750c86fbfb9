/** Two hundred kills in twenty worlds; with ATTRACTOR_TESTS=share half a fresh one. */
import { describe, expect, it } from "vitest";
import { PER_WORLD, playKills } from "./support/play-kills.ts";

const share = process.env.ATTRACTOR_TESTS === "share";
const [WORLDS, KILLS] = share ? [1, PER_WORLD / 2] : [20, PER_WORLD];
const FIRST = share ? Math.floor(Math.random() * 1e9) : 1_000;

describe("the app killed without warning, in large numbers", () => {
  it(`R-GH-6: ${WORLDS * KILLS} kills at random moments: every run ends once, no hop runs twice`, async () => {
    let kills = 0;
    for (let world = 0; world < WORLDS; world++) kills += (await playKills(FIRST + world, KILLS)).kills;
    expect(kills).toBe(WORLDS * KILLS);
  });
});
