/** The last column of docs/requirements.md: the tests that carry a requirement's id in a title. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const TEST_FILE = /\.(?:test|deep|whole)\.ts$/;
const TITLE = /\b(?:it|test|describe)(?:\.each\([\s\S]*?\))?\(\s*(["'`])((?:\\.|(?!\1)[\s\S])*)\1/g;
const ROW = /^\| (R-[A-Z]+-\d+) \| (.*) \|([^|]*)\|$/;

export const requirementsFile = join(root, "docs/requirements.md");

/** Test files below `test/` by the ids that their titles name. */
export function testsOfRequirements(): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const entry of readdirSync(join(root, "test"), { withFileTypes: true, recursive: true })) {
    // The page's own test speaks of ids in general.
    if (!entry.isFile() || !TEST_FILE.test(entry.name) || entry.name === "requirements.test.ts") continue;
    const path = join(entry.parentPath, entry.name);
    for (const [, , title = ""] of readFileSync(path, "utf8").matchAll(TITLE)) {
      for (const [id] of title.matchAll(/R-[A-Z]+-\d+/g)) {
        found.set(id, (found.get(id) ?? new Set()).add(relative(join(root, "test"), path)));
      }
    }
  }
  return new Map([...found].map(([id, files]) => [id, [...files].sort()]));
}

/** Ids in the order of the page. */
export const requirementIds = (page: string): string[] =>
  page.split("\n").flatMap((line) => ROW.exec(line)?.[1] ?? []);

export function withTests(page: string, tests: ReadonlyMap<string, readonly string[]>): string {
  return page
    .split("\n")
    .map((line) => {
      const row = ROW.exec(line);
      if (!row) return line;
      const files = tests.get(row[1] as string) ?? [];
      return `| ${row[1]} | ${row[2]} | ${files.map((file) => `\`${file}\``).join(" ")} |`;
    })
    .join("\n");
}
