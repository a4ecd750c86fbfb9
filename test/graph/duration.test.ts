import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration } from "../../engine/graph/duration.ts";

describe("durations", () => {
  it.each([
    ["250ms", 250],
    ["0ms", 0],
    ["1s", 1_000],
    ["900s", 900_000],
    ["15m", 900_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["7d", 604_800_000],
    [" 15m ", 900_000],
    ["3650d", 3650 * 86_400_000],
  ])("R-LANG-4: %j is %i ms", (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  it("R-LANG-4: every unit is exact for every amount", () => {
    const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
    fc.assert(
      fc.property(fc.nat(3650), fc.constantFrom("ms", "s", "m", "h", "d"), (amount, unit) => {
        expect(parseDuration(`${amount}${unit}`)).toEqual({
          ok: true,
          value: amount * units[unit as keyof typeof units],
        });
      }),
    );
  });

  it("R-LANG-4: a bare number counts seconds only where that is admitted", () => {
    expect(parseDuration("900", true)).toEqual({ ok: true, value: 900_000 });
    expect(parseDuration("900")).toMatchObject({ ok: false });
  });

  it.each([
    "",
    "m",
    "15 m",
    "15min",
    "15M",
    "1.5h",
    "-5s",
    "+5s",
    "1h30m",
    "0x10s",
    "1e3s",
    "∞",
    "15m x",
    "NaN",
  ])("R-LANG-4: %j is nonsense, and the fix shows how to write one", (text) => {
    for (const bare of [false, true]) {
      const parsed = parseDuration(text, bare);
      expect(parsed).toMatchObject({ ok: false });
      expect(!parsed.ok && parsed.fix).toContain("15m");
    }
  });

  it.each(["3651d", "99999999999999999999d", `${"9".repeat(400)}ms`])("R-LANG-4: %s is too long", (text) => {
    expect(parseDuration(text)).toMatchObject({ ok: false, fix: "write at most 3650d" });
  });
});
