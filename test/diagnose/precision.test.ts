/** A labelled set: clean runs, each fault alone, and each two faults together. Nothing may be missed, next to nothing made up. */
import { afterAll, describe, expect, it } from "vitest";
import { FINDING_CODES } from "../../engine/diagnose/finding.ts";
import { judge, pairsOf, precision, serious } from "./labelled/judge.ts";
import { KILROY_FAULTS } from "./labelled/kilroy-faults.ts";
import { cleanKilroy, endedKilroy } from "./labelled/kilroy-run.ts";
import { OUR_FAULTS } from "./labelled/our-faults.ts";
import { cleanUp, diagnosed } from "./labelled/run-files.ts";

afterAll(cleanUp);

const LATER = Date.parse("2026-06-01T00:00:00Z");

describe.each(["old", "pass"] as const)("R-OBS-2: runs of Kilroy, layout %s", (layout) => {
  const clean = cleanKilroy(layout);

  it("a clean run has no finding above a note", async () => {
    expect(serious(await diagnosed(clean, LATER))).toEqual([]);
  });

  it("each fault alone is found, and nothing else", async () => {
    const score = await judge(
      clean,
      KILROY_FAULTS.map((fault) => [fault]),
      LATER,
    );
    expect(score).toMatchObject({ missed: [], made: [] });
  });

  it("each two faults are found, with a precision of at least 0.95", async () => {
    // Half of them in this layout, half in the other.
    const half = layout === "old" ? 0 : 1;
    const score = await judge(
      clean,
      pairsOf(KILROY_FAULTS).filter((_, i) => i % 2 === half),
      LATER,
    );
    expect(score.missed).toEqual([]);
    expect(precision(score), score.made.join("\n")).toBeGreaterThanOrEqual(0.95);
  });
});

it("R-OBS-2: every code is among the labels", () => {
  const labelled = new Set([...KILROY_FAULTS, ...OUR_FAULTS].flatMap(({ expects }) => expects));
  expect(FINDING_CODES.filter((code) => !labelled.has(code))).toEqual([]);
});

it.each(["fail", "canceled"] as const)(
  "R-OBS-2: a clean %s of Kilroy has no finding above a note",
  async (status) => {
    const said = await diagnosed(endedKilroy(status), LATER);
    expect([said.status, serious(said)]).toEqual([status, []]);
    expect(said.cause?.reason).toMatch(status === "fail" ? /3 of 40 tests failed/ : /stopped by operator/);
  },
);
