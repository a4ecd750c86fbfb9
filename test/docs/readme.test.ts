import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../cli/commands.ts";
import { validate } from "../../engine/graph/prepare.ts";

const root = resolve(import.meta.dirname, "../..");
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "docs/agents.md",
  "docs/architecture.md",
  "docs/glossary.md",
  "docs/protocol.md",
];
const text = (page: string): string => readFileSync(join(root, page), "utf8");

describe("the pages that a newcomer reads first", () => {
  it("show a graph that lint has nothing against", () => {
    const graph = /```dot\n([\s\S]*?)```/.exec(text("README.md"))?.[1] ?? "";
    expect(graph).toContain("digraph");
    expect(validate(graph).filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  it("name commands that there are", () => {
    const known = new Set(COMMANDS.map(({ name }) => name));
    const named = PAGES.flatMap((page) =>
      [...text(page).matchAll(/\b(?:npx )?attractor ([a-z]+)\b(?= |`|\n)/g)]
        .filter(([whole]) => whole.startsWith("npx "))
        .map(([, name]) => name as string),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it("link to files that are there", () => {
    const broken = PAGES.flatMap((page) =>
      [...text(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, link]) => link as string)
        .filter((link) => !existsSync(join(root, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});
