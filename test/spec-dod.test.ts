/** The specification's Definition of Done (11.1 to 11.13), one test for each of its checks. */
import { describe, expect, it } from "vitest";
import type { Checks } from "./spec-dod/check.ts";
import { context, engine, goalGates, retries } from "./spec-dod/engine.ts";
import { extension, handlers, people } from "./spec-dod/handlers.ts";
import { conditions, linting, parsing, stylesheet } from "./spec-dod/language.ts";
import { parity, smoke } from "./spec-dod/matrix.ts";

const SECTIONS: Readonly<Record<string, Checks>> = {
  "11.1 DOT parsing": parsing,
  "11.2 validation and linting": linting,
  "11.3 execution engine": engine,
  "11.4 goal gate enforcement": goalGates,
  "11.5 retry logic": retries,
  "11.6 node handlers": handlers,
  "11.7 state and context": context,
  "11.8 human in the loop": people,
  "11.9 condition expressions": conditions,
  "11.10 model stylesheet": stylesheet,
  "11.11 transforms and extensibility": extension,
  "11.12 cross-feature parity matrix": parity,
};

describe.each(Object.entries(SECTIONS))("R-LANG-2 %s", (_, checks) => {
  it.each(Object.entries(checks))("%s", async (_text, show) => {
    await show();
  });
});

it("R-LANG-2 11.13 integration smoke test", smoke);

it("R-LANG-2: they are the 98 that the specification lists, section by section", () => {
  const counts = Object.values(SECTIONS).map((checks) => Object.keys(checks).length);
  expect(counts).toEqual([10, 10, 8, 4, 5, 9, 6, 6, 7, 6, 5, 22]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(98);
});
