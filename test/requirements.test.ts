import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  requirementIds,
  requirementsFile,
  testsOfRequirements,
  withTests,
} from "../scripts/docs-requirements.ts";
import open from "./requirements.pending.json" with { type: "json" };

const page = readFileSync(requirementsFile, "utf8");
const ids = requirementIds(page);
const named = testsOfRequirements();
const pending: readonly string[] = open;

describe("every requirement has a test that names it", () => {
  it("the page has every row once", () => {
    expect(ids.length).toBeGreaterThan(160);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("no requirement is without a test, but those whose work is open", () => {
    expect(ids.filter((id) => !named.has(id) && !pending.includes(id))).toEqual([]);
  });

  it("what is pending has no test yet and is a requirement", () => {
    expect(pending.filter((id) => named.has(id) || !ids.includes(id))).toEqual([]);
  });

  it("no test names a requirement that is not on the page", () => {
    expect([...named.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("the page's last column is current (else run: npm run docs)", () => {
    expect(withTests(page, named) === page).toBe(true);
  });
});
