import { expect, it } from "vitest";
import { loop } from "./loop-world.ts";

it("R-CKPT-2: a loop of four hundred visits keeps no more at its end than at its beginning", async () => {
  await expect(loop(400)).resolves.toBeUndefined();
});
