import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ATTRIBUTES } from "../../engine/graph/attributes.ts";
import { askedPages, referencePages } from "../../scripts/docs-pages.ts";

const reference = new URL("../../docs/reference/", import.meta.url);
const pages = new Map([...referencePages(), ...(await askedPages())]);

describe("the reference pages", () => {
  it.each([...pages])(
    "R-LANG-3, R-LANG-5: %s is what the code says (else run: node scripts/docs.ts)",
    (path, text) => {
      expect(readFileSync(new URL(path, reference), "utf8")).toBe(text);
    },
  );

  it("R-EASE-3: say what every key of the configuration does", () => {
    const rows = pages
      .get("configuration.md")!
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((line) => / \| {2}\|$/.test(line))).toEqual([]);
  });

  it("have no page for a rule or a finding that is gone", () => {
    const kept = ["lint", "findings"].flatMap((made) =>
      readdirSync(new URL(`${made}/`, reference)).map((name) => `${made}/${name}`),
    );
    expect(kept.filter((path) => !pages.has(path))).toEqual([]);
  });

  it("R-LANG-5: name every attribute of the table, aliases included", () => {
    const page = pages.get("attributes.md")!;
    for (const { name, aliases } of ATTRIBUTES) {
      for (const spelling of [name, ...aliases]) expect(page).toContain(`\`${spelling}\``);
    }
  });

  it("link only to pages that exist", () => {
    for (const [path, text] of pages) {
      for (const [, target] of text.matchAll(/\]\(([A-Za-z_/]+\.md)\)/g)) {
        expect(
          pages.has(new URL(target!, `http://x/${path}`).pathname.slice(1)),
          `${path} -> ${target}`,
        ).toBe(true);
      }
    }
  });
});
