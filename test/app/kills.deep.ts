import { describe, expect, it } from "vitest";
import { chance } from "../sim/random.ts";
import { killed, wrongWith } from "./support/kills.ts";

const KILLS = process.env.ATTRACTOR_DEEP === "share" ? 20 : 200;
const PER_SCENE = 10;

describe("the app killed without warning, in large numbers", () => {
  it(`R-GH-6: ${KILLS} kills at random moments: every run ends once, no hop runs twice`, async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1e9);
    for (let kills = 0; kills < KILLS; kills += PER_SCENE) {
      const done = await killed(PER_SCENE, chance(seed + kills).next);
      expect(wrongWith(done), `SEED=${seed}, after ${kills} kills`).toEqual([]);
    }
  });
});
