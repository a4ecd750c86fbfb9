/** A hop world that a test need not close. */
import { onTestFinished } from "vitest";
import { type HopWorld, openHopWorld } from "./open-hop-world.ts";

export async function hopWorld(...given: Parameters<typeof openHopWorld>): Promise<HopWorld> {
  const world = await openHopWorld(...given);
  onTestFinished(() => world.close());
  return world;
}
