import { expect, it } from "vitest";
import { countText, durationText, money } from "../../engine/report/units.ts";

it.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [999.7, "1 s"],
  [1500, "1.5 s"],
  [59_940, "59.9 s"],
  [59_960, "1 m"],
  [200_000, "3 m 20 s"],
  [3_599_600, "1 h"],
  [28_020_000, "7 h 47 m"],
  [86_400_000, "1 d"],
  [183_600_000, "2 d 3 h"],
])("%d ms reads %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it.each([
  [0, "$0.00"],
  [7.88421675, "$7.88"],
  [0.004216, "$0.0042"],
  [0.00001, "< $0.0001"],
  [12_345.6, "$12,345.60"],
])("%d dollars read %s", (usd, text) => {
  expect(money(usd)).toBe(text);
});

it("R-OBS-1: what nobody measured is unknown, never zero", () => {
  expect([money(null), durationText(null), countText(null), money(Number.NaN), durationText(-1)]).toEqual(
    Array(5).fill("unknown"),
  );
});
