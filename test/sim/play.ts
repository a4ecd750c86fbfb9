import { expect } from "vitest";
import { broken } from "./invariants.ts";
import { simWorld } from "./world.ts";

/** Plays one world and holds it to the invariants; a failure prints the command that plays it again. */
export async function playSeed(seed: number): Promise<void> {
  const again = `seed ${seed}; play it again: SIM_SEED=${seed} npx vitest run test/sim/sim.test.ts`;
  const { world, play } = simWorld(seed);
  try {
    await play();
  } catch (error) {
    throw new Error(again, { cause: error });
  }
  expect(broken(world), again).toEqual([]);
}
