import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commitProblem } from "../../action/hop/commit-check.ts";
import { type Git, gitIn } from "../../engine/git/process.ts";
import { bomb, commitOf, commitTree, gitWith, type Made } from "./made-trees.ts";

let folder: string;
let git: Git;
let base: string;
let calls: readonly string[][];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "commit-check-"));
  gitWith(folder, ["init", "--quiet", "."]);
  base = commitOf(folder, null, {
    "a.txt": "a",
    "src/x.ts": "x",
    "old-out": { link: "/etc" },
    "Twin/a": "a",
    "twin/a": "b",
    ".github/workflows/ci.yml": "on: push",
    ".github/notes.md": "n",
  });
  const plain = gitIn(folder, { PATH: process.env.PATH, HOME: folder });
  git = (args, call) => {
    calls = [...calls, [...args]];
    return plain(args, call);
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

async function problem(commit: string, from: string | null = base): Promise<string | null> {
  calls = [];
  return commitProblem(git, from, commit, commit);
}
const of = (entries: Readonly<Record<string, Made | null>>) => problem(commitOf(folder, base, entries));

const many = (count: number, link: (n: number) => string): Record<string, Made> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`links/d${n % 50}/l${n}`, { link: link(n) }]));

describe("what a branch's commit may hold", () => {
  it.each<[string, Record<string, Made | null>]>([
    ["files, deep and many", { "b.txt": "b", "src/deep/er/y.ts": "y", "a.txt": null }],
    ["links that stay inside", { "src/l": { link: "../a.txt" }, "m/n": { link: "../src/./x.ts" } }],
    [
      "links through links that stay inside",
      { s: { link: "src" }, "src/up": { link: ".." }, t: { link: "s/up/a.txt" } },
    ],
    ["a link to what is not there yet", { "out/l": { link: "../dist/main.js" } }],
    ["a link that leads to itself", { l: { link: "l" } }],
    ["what stood there before, unchanged", { "c.txt": "c", "Twin/b": "b" }],
    ["files beside the workflows", { ".github/notes.md": "other", ".github/actions/x.yml": "x" }],
  ])("%s: taken", async (_what, entries) => {
    expect(await of(entries)).toBeNull();
  });

  it.each<[string, Record<string, Made | null>, string]>([
    ["a link to a path from the root", { l: { link: "/etc/passwd" } }, "leads out"],
    ["a link above the top", { "a/l": { link: "../../x" } }, "leads out"],
    [
      "two links, each inside by its spelling, that lead out together",
      { "a/b/c/d/x": { link: "../../../.." }, "a/b/c/d/y": { link: "x/../outside.txt" } },
      '"a/b/c/d/y" is a link that leads out',
    ],
    ["a link that changed and led out before", { "old-out": { link: "/root" } }, '"old-out" is a link'],
    ["a link into .git", { l: { link: ".git/config" } }, "leads out"],
    ["a link into .git by its short name", { l: { link: "src/../git~1/config" } }, "leads out"],
    ["a link into .git with a mark that is not seen", { l: { link: ".g\u200cit/hooks" } }, "leads out"],
    ["a link to a drive", { l: { link: "C:\\x" } }, "leads out"],
    ["a link above the top by the other stroke", { l: { link: "..\\x" } }, "leads out"],
    [
      "a link and a folder that are one name",
      { Out: { link: "src" }, "out/x": "x" },
      "are one name on many systems",
    ],
    ["files that are one name", { "A.txt": "x" }, "are one name on many systems"],
    [
      "a changed workflow",
      { ".github/workflows/ci.yml": "on: issues" },
      "workflows are changed by people only",
    ],
    ["a workflow that is gone", { ".github/workflows/ci.yml": null }, "workflows are changed by people only"],
    [
      "a link in the place of the workflows",
      { ".github/workflows/ci.yml": null, ".github/workflows": { link: "../src" } },
      "workflows are changed by people only",
    ],
    [
      "workflows in another spelling",
      { ".GitHub/Workflows/x.yml": "x" },
      "workflows are changed by people only",
    ],
    [
      "workflows by their short name",
      { "GITHUB~1/WORKFL~1/x.yml": "x" },
      "workflows are changed by people only",
    ],
    ["a submodule", { sub: { submodule: "1".repeat(40) } }, 'adds the submodule "sub"'],
  ])("R-SEC-9: %s: refused", async (_what, entries, why) => {
    expect(await of(entries)).toContain(why);
  });

  it.each([6, 7, 8])(
    "R-SEC-9: a tree that unfolds to 10^%d files is refused in a moment, in little memory",
    async (levels) => {
      const before = process.memoryUsage().rss;
      const started = performance.now();
      expect(await problem(commitTree(folder, bomb(folder, levels), base))).toMatch(
        /it adds \d+ files and folders; at most 500000/,
      );
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
      // Nothing that unfolds a tree was asked.
      expect(calls.flat().filter((arg) => /^(?:diff|ls-tree|read-tree|checkout|archive)/.test(arg))).toEqual(
        [],
      );
    },
  );

  it("R-SEC-9: a file that stands everywhere counts each time", async () => {
    const large = gitWith(folder, ["hash-object", "-w", "--stdin"], "x".repeat(2_000_000));
    const lines = Array.from({ length: 5_000 }, (_, n) => `100644 blob ${large}\tn${n}\n`);
    const tree = gitWith(folder, ["mktree"], lines.join(""));
    expect(await problem(commitTree(folder, tree, base))).toMatch(
      /it adds 10000000000 bytes|it adds 9999\d+ bytes/,
    );
  });

  it("R-SEC-9: a path of 1,500 folders is taken, one that no system makes is not", async () => {
    const nested = (depth: number) => problem(commitOf(folder, base, { [`${"d/".repeat(depth)}f`]: "x" }));
    expect(await nested(1_500)).toBeNull();
    expect(await nested(2_100)).toMatch(/a path of \d+ bytes|cannot be checked/);
  });

  it("R-SEC-9: 2,000 links take a handful of processes, and one among them that leads out is found", async () => {
    const inside = many(2_000, (n) => `../../src/f${n}`);
    expect(await of(inside)).toBeNull();
    expect(calls.length).toBeLessThan(16);
    expect(await of({ ...inside, "links/d0/bad": { link: "../../../x" } })).toContain("links/d0/bad");
  });

  it("R-SEC-9: 100,000 links are refused, as are a few that lead through one another for ever", async () => {
    const started = performance.now();
    expect(await of(many(100_000, () => "x"))).toBe("it adds 100000 links; at most 10000 are taken");
    const long = Array.from({ length: 640 }, (_, n) => `t${n % 2}/..`).join("/");
    const chain = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, n) => [`c${n}`, { link: `${long}/c${(n + 1) % 3_000}` }]),
    );
    expect(await of(chain)).toContain("too often to be followed");
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it("R-SEC-9: what git cannot read is that branch's failure", async () => {
    const tree = gitWith(folder, ["mktree", "--missing"], `040000 tree ${"2".repeat(40)}\tgone\n`);
    expect(await problem(commitTree(folder, tree, base))).toContain(
      "its work cannot be checked: git rev-list",
    );
  });
});
