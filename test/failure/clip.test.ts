import { describe, expect, it } from "vitest";
import { clip } from "../../engine/failure/clip.ts";

const REASON_LIMIT = 8192;
const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe("a reason that travels", () => {
  it("R-FAIL-1: is verbatim up to 8 KB", () => {
    for (const text of ["", "a\n\u0000b", "é".repeat(REASON_LIMIT / 2)])
      expect(clip(text)).toEqual({ text, cut: false });
  });

  it("R-FAIL-1: beyond that is cut with a mark that says how long it was, and keeps both ends", () => {
    const text = `error: the cause\n${"x".repeat(20_000)}\n3 tests failed`;
    const clipped = clip(text);
    expect(clipped.cut).toBe(true);
    expect(clipped.text).toMatch(/^error: the cause\n/);
    expect(clipped.text).toContain(`cut: ${bytes(text)} bytes in all`);
    expect(clipped.text).toMatch(/3 tests failed$/);
    expect(bytes(clipped.text)).toBeLessThanOrEqual(REASON_LIMIT);
  });

  it("R-FAIL-1: is cut between characters, not through them", () => {
    for (const shift of ["", "a", "ab", "abc"]) {
      const clipped = clip(shift + "😀".repeat(5_000));
      expect(clipped.text).not.toContain("\ufffd");
      expect(bytes(clipped.text)).toBeLessThanOrEqual(REASON_LIMIT);
    }
  });
});
