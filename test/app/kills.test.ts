import { describe, expect, it } from "vitest";
import { chance } from "../sim/random.ts";
import { killed, wrongWith } from "./support/kills.ts";

describe("the app killed without warning", () => {
  it("R-GH-6: the run ends once and no hop runs twice", async () => {
    const done = await killed(4, chance(1).next);
    expect(wrongWith(done)).toEqual([]);
    expect(done.kills).toBe(4);
  }, 180_000);
});
