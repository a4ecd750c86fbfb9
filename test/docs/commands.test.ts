/** Every command of the pages is typed as written, or the page says why not. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../cli/commands.ts";
import { RUN_PICTURE, runPicture } from "../../scripts/docs-run-picture.ts";
import { blocksOf, place, printsAs, root, runBlocks } from "./run-page.ts";

const LONG = 240_000;
const PAGES = globSync("{README.md,CONTRIBUTING.md,docs/*.md,docs/reference/*.md}", { cwd: root }).sort();
/** Typed by tests of their own. */
const TYPED_ELSEWHERE = ["docs/tutorial.md", "docs/contracts.md", "docs/watching.md"];
/** The whole page is about a machine that is set up, a service, or the tests themselves; with the test that stands for it. */
const NOT_TYPED: Readonly<Record<string, string>> = {
  "CONTRIBUTING.md": "it runs the tests; .ci/run is what CI runs",
  "docs/agents.md": "test/docs/agents.test.ts",
};
const typed = PAGES.filter(
  (page) => !TYPED_ELSEWHERE.includes(page) && !Object.hasOwn(NOT_TYPED, page) && blocksOf(page).length > 0,
);

describe("R-EASE-2: the pages' commands", () => {
  it.each(typed)(
    "%s",
    (page) => {
      const here = place({ "README.md": "# mine\n", "graphs/mine/mine.dot": MINE });
      const ran = runBlocks(page, here);
      for (const { block, code, output } of ran) {
        expect([code, output], `${page}:${block.line}`).toEqual([0, expect.any(String)]);
        if (block.prints !== null) expect(output, `${page}:${block.line}`).toMatch(printsAs(block.prints));
      }
      expect(ran).toHaveLength(blocksOf(page).filter(({ notRun }) => notRun === null).length);
    },
    LONG,
  );

  it("every page's block says so when it is not typed", () => {
    for (const page of typed)
      for (const { notRun } of blocksOf(page)) if (notRun !== null) expect(notRun.length).toBeGreaterThan(15);
  });

  it("the README's picture is of a run of today (else run: npm run docs)", async () => {
    expect((await runPicture()) === readFileSync(RUN_PICTURE, "utf8")).toBe(true);
  });

  it("R-EASE-3: every page is reached from the index, and every link leads somewhere", () => {
    const index = readFileSync(join(root, "docs/README.md"), "utf8");
    for (const page of globSync("docs/*.md", { cwd: root }))
      if (page !== "docs/README.md") expect(index, page).toContain(`(${page.slice("docs/".length)})`);
    const broken = [...PAGES, ...globSync("{graphs/*/*.md,docs/**/*.md}", { cwd: root })].flatMap((page) =>
      [
        ...readFileSync(join(root, page), "utf8")
          .replace(/```[\s\S]*?```/g, "")
          .matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g),
      ]
        .filter(([, link]) => !existsSync(join(root, dirname(page), link!)))
        .map(([, link]) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it("R-EASE-1: the README says what it is, shows a run, a small graph, the two commands and how far it is", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const [title, what, see, picture] = readme.split("\n\n");
    expect(title).toMatch(/^# /);
    for (const sentence of [what!, see!]) expect(sentence.split(/\s+/).length).toBeLessThan(40);
    expect(picture).toMatch(/^!\[[^\]]+\]\(docs\/run\.svg\)$/);
    const graph = /```dot\n([\s\S]*?)```/.exec(readme)![1]!;
    expect(graph.trim().split("\n").length).toBeLessThanOrEqual(9);
    for (const words of [
      "npm ci && npx attractor run hello",
      "npm ci && npm test",
      "nothing here has run on github.com yet",
    ])
      expect(readme).toContain(words);
    for (const heading of ["On GitHub in three steps", "How far it is", "Who it is for"])
      expect(readme).toContain(`## ${heading}`);
    for (const file of ["LICENSE", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
      expect(existsSync(join(root, file)), file).toBe(true);
  });

  it("no line of the README is longer than a screen, and it names only commands that there are", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    expect(readme.split("\n").filter((line) => line.length > 150 && !line.startsWith("|"))).toEqual([]);
    const known = new Set(COMMANDS.map(({ name }) => name));
    const named = [...readme.matchAll(/(?<!\/)attractor ([a-z]+)\b(?= |`|\n)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

const MINE = `digraph mine { goal="g"; start [shape=Mdiamond]; exit [shape=Msquare]
  a [shape=parallelogram, tool_command="true"]; start -> a; a -> exit [condition="outcome=success"] }
`;
