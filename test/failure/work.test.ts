/** Hostile reasons cost work in proportion to their length, counted in characters that are read, not in time. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { classify } from "../../engine/failure/classify.ts";
import { assign, emptyRegistry } from "../../engine/failure/signature.ts";

afterEach(() => vi.restoreAllMocks());

/** Characters looked at: one by one, and by each run of a regular expression over what it is given. */
function workOf(act: () => void): number {
  let work = 0;
  const at = String.prototype.charCodeAt;
  const exec = RegExp.prototype.exec;
  vi.spyOn(String.prototype, "charCodeAt").mockImplementation(function (this: string, i?: number) {
    work++;
    return at.call(this, i as number);
  });
  vi.spyOn(RegExp.prototype, "exec").mockImplementation(function (this: RegExp, text: string) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const found = exec.call(this, text);
    const to = found === null ? (this.sticky ? from : text.length) : found.index + found[0].length;
    work += 1 + to - from;
    return found;
  });
  act();
  vi.restoreAllMocks();
  return work;
}

const HOSTILE: readonly (readonly [string, string])[] = [
  ["one letter", "a"],
  ["one word", "word "],
  ["quotes", '"'],
  ["open quotes", "'x `y \"z "],
  ["brackets", "[{("],
  ["open JSON", '{"a":'],
  ["escapes", "\u001b[31m"],
  ["paths", "/a/b/c.ts:1:2 "],
  ["dots", "a.b."],
  ["crumbs", "a > b > "],
  ["negations", "not no never "],
  ["dashes", "-- -- "],
  ["codes", "E1234 TS2304 "],
  ["numbers", "1502 502 "],
  ["lines", "error: x\n"],
  ["commas", "a, b, "],
  ["digits in names", "a1b2c3_"],
  ["ticks", "✗ x ✓ y, "],
];

describe("work on hostile reasons", () => {
  it.each(HOSTILE)("R-BRK-2: a signature of %s takes work in proportion", (_, unit) => {
    const cost = (length: number): number => {
      const reason = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
      return workOf(() => assign(emptyRegistry(), { node: "n", class: "deterministic", reason }));
    };
    const [small, large, capped] = [cost(1_400), cost(5_600), cost(20_000)];
    expect(large).toBeLessThan(small * 4 * 1.6 + 20_000);
    expect(capped).toBeLessThan(large * 2 + 60_000);
  });

  it.each(HOSTILE)("R-FAIL-5: so does a class of %s", (_, unit) => {
    const cost = (length: number): number => {
      const reason = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
      return workOf(() => classify({ status: "fail", reason }));
    };
    const [small, large, capped] = [cost(1_400), cost(5_600), cost(20_000)];
    expect(large).toBeLessThan(small * 4 * 1.6 + 20_000);
    expect(capped).toBeLessThan(large * 2 + 60_000);
  });
});
