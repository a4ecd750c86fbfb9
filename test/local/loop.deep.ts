/** Ten thousand visits under a raised bound; with ATTRACTOR_TESTS=share a thousand. */
import { expect, it } from "vitest";
import { loop } from "./loop-world.ts";

const visits = process.env.ATTRACTOR_TESTS === "share" ? 1_000 : 10_000;

it(`R-CKPT-2: a loop of ${visits} visits keeps no more at its end than at its beginning`, async () => {
  await expect(loop(visits)).resolves.toBeUndefined();
});
