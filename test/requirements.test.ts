import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import ids from "./requirements.json" with { type: "json" };
import pending from "./requirements.pending.json" with { type: "json" };

const titles = readdirSync(resolve(import.meta.dirname), { withFileTypes: true, recursive: true })
  .filter(
    (entry) =>
      entry.isFile() && /\.(?:test|deep)\.ts$/.test(entry.name) && entry.name !== "requirements.test.ts",
  )
  .flatMap((entry) => {
    const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
    return [
      ...text.matchAll(/\b(?:it|test|describe)(?:\.each\([\s\S]*?\))?\(\s*(["'`])((?:\\.|(?!\1)[\s\S])*)\1/g),
    ].map((m) => m[2] as string);
  });
const named = new Set(titles.flatMap((title) => title.match(/R-[A-Z]+-\d+/g) ?? []));

describe("every requirement has a test that names it", () => {
  it("no requirement is without a test, but those not yet asked for", () => {
    expect(ids.filter((id) => !named.has(id) && !pending.includes(id))).toEqual([]);
  });

  it("what is pending has no test yet and is a requirement", () => {
    expect(pending.filter((id) => named.has(id) || !ids.includes(id))).toEqual([]);
  });
});
