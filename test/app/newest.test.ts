import { describe, expect, it } from "vitest";
import { recentlyUsed } from "../../github/recently-used.ts";
import { sweepBackoff } from "../../github/sweep-backoff.ts";

describe("what the app keeps", () => {
  it("R-GH-25: is forgotten by its last use: those that are asked for in turn push out none that is used", () => {
    const kept = recentlyUsed<number>(3);
    for (const key of ["a", "b", "c"]) kept.get(key, () => 1);
    kept.get("a", () => 2);
    kept.get("d", () => 1);
    expect(["a", "b", "c", "d"].map((key) => kept.peek(key))).toEqual([1, undefined, 1, 1]);
  });

  it("what fails is due after one sweep, two, four, and no less often than each so many", () => {
    const again = sweepBackoff(8);
    const due: number[] = [];
    for (let sweep = 0; sweep < 40; sweep++) {
      if (!again.isDue("x")) continue;
      due.push(sweep);
      again.failed("x");
    }
    expect(due).toEqual([0, 1, 3, 7, 15, 23, 31, 39]);
    again.succeeded("x");
    expect(again.isDue("x")).toBe(true);
  });
});
