import { expect } from "vitest";
import { type Killed, killed } from "./kills.ts";

/** Kills of one world. */
export const PER_WORLD = 10;

/** Plays one world and says how it went; a failure prints the command that plays it again. */
export async function playKills(seed: number, kills = PER_WORLD): Promise<Killed> {
  const again = `seed ${seed}; play it again: KILLS_SEED=${seed} npx vitest run test/app/kills.test.ts`;
  const began = performance.now();
  try {
    const done = await killed(seed, kills);
    expect(done.wrong, again).toEqual([]);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`seed ${seed}: ${done.kills} kills, ${done.runs} runs, ${seconds} s`);
    return done;
  } catch (error) {
    throw new Error(again, { cause: error });
  }
}
