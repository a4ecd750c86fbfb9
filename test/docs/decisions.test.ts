import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { decisions, decisionsPage } from "../../scripts/docs-decisions.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "docs/decisions");
const all = decisions(folder);

const CITED = /\bdecisions?[ /](\d{3})\b/g;
const ROOMS = ["action", "app", "bench", "box", "cli", "demo", "docs", "engine", "github", "scripts", "test"];

const texts = ROOMS.flatMap((room) =>
  readdirSync(join(root, room), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|mts|mjs|md|sh)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name)),
);

describe("decisions", () => {
  it("have a number each", () => {
    const numbers = all.map(({ number }) => number);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });

  it("are listed by room (else run: npm run docs)", () => {
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe(decisionsPage(all));
  });

  it("that are cited are there", () => {
    const known = new Set(all.map(({ file }) => file.slice(0, 3)));
    const cited = texts.flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(CITED)].map(([, number]) => ({ path, number })),
    );
    expect(cited.length).toBeGreaterThan(10);
    expect(cited.filter(({ number }) => !known.has(number as string))).toEqual([]);
  });
});
