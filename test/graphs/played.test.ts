/** Every shipped graph, played by its own script to its end, tools too; what the run leaves is looked at. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { prepare } from "../../engine/graph/prepare.ts";
import { graphPictures } from "../../scripts/docs-graphs.ts";
import { here } from "../local/here.ts";
import { finalOf, folder, git, logOf, named, readJson, repository } from "../local/world.ts";

const ROOT = new URL("../../graphs/", import.meta.url).pathname;
const LONG = 240_000;

interface Played {
  /** How often each of these stages was tried. */
  readonly attempts: Readonly<Record<string, number>>;
  /** What the run's branch holds at the end. */
  readonly files?: Readonly<Record<string, string>>;
  /** Besides `status: success`. */
  readonly final?: object;
}

const PLAYED: Readonly<Record<string, Played>> = {
  "build-test-fix": {
    attempts: { toolchain: 1, implement: 2, verify: 2 },
    files: { "sum.c": "int sum(int a, int b) { return a + b; }" },
  },
  "changed-packages-agents": {
    attempts: { changed: 1, work: 4, check: 4 },
    final: { branches: [{ status: "success" }, { status: "success" }] },
  },
  "changed-packages-tools": {
    attempts: { changed: 1, check: 2 },
    final: { branches: [{ status: "success" }, { status: "success" }] },
  },
  consensus: {
    attempts: { done_one: 1, done_three: 1, settle: 1, implement: 2, check: 2, vote_one: 1 },
    files: { "sum.js": "export const sum = (a, b) => a + b;" },
  },
  dttf: { attempts: { verify_tracer: 1 } },
  "fan-out": { attempts: { lines: 1, words: 1, bytes: 1, report: 1 }, files: { "counts/words": "5" } },
  hello: { attempts: { write: 1, read: 1 }, files: { "hello.txt": "Hello from the script." } },
  "human-gate": { attempts: { draft: 1, publish: 1, drop: 0 }, files: { "public/note.txt": "A note" } },
  "issue-to-pull-request": {
    attempts: { specify: 2, check_spec: 2, implement: 2, proven: 2, test: 1, review: 1 },
    files: { "greet.test.js": "// AC-1: an empty name is refused" },
  },
  "nightly-triage": { attempts: { check: 1, again: 1, flaky: 0, broken: 2, verify: 2 } },
  "plan-implement-test-review": {
    attempts: { plan: 1, implement: 3, test: 3, review: 2 },
    files: { "sum.js": "export const sum = (a, b) => a + b;", "sum.test.js": "// 1 + 2 is 3" },
  },
  quickstart: {
    attempts: { plan: 1, english: 2, german: 1, check: 1, repair: 0, publish: 1 },
    files: { "greetings/en.txt": "Hello, world" },
  },
  retry: { attempts: { fetch: 3 }, files: { "page.txt": "the page" } },
  "review-panel": {
    attempts: { correctness: 1, security: 1, tests: 1, weigh: 1, verdict: 1 },
    files: { "REVIEW.md": "Do not merge.\n\n- sum.js:1 sum(1, 2) is -1" },
    final: { outcome: "partial_success", failed_branches: ["panel/v1/02-security"] },
  },
  "rogue-fast": {
    attempts: { impl_scaffold: 2, impl_monsters: 3 },
    files: { "src/dungeon.rs": "// rooms" },
    final: { outcome: "partial_success" },
  },
  "rogue-slow": {
    attempts: { impl_scaffold: 2, impl_monsters: 3 },
    files: { "src/dungeon.rs": "// rooms" },
    final: { outcome: "partial_success" },
  },
  "semantic-port": {
    attempts: { next: 3, judge: 2, port: 2, check: 2, ported: 1, left_out: 1 },
    files: { "PORTED.tsv": "1f2e3d\tported\n4c5b6a\tleft out" },
  },
};

const GRAPHS = globSync("*/*.dot", { cwd: ROOT })
  .map((path) => basename(path, ".dot"))
  .sort();

it("each has a folder with its script, a README of a screen and its picture (else run: node scripts/docs.ts)", async () => {
  expect(GRAPHS).toEqual(Object.keys(PLAYED).sort());
  const pictures = await graphPictures();
  for (const name of GRAPHS) {
    const at = (file: string) => join(ROOT, name, file);
    expect(readFileSync(at(`${name}.svg`), "utf8") === pictures.get(`${name}/${name}.svg`), name).toBe(true);
    const readme = readFileSync(at("README.md"), "utf8");
    expect(readme.split("\n").length, name).toBeLessThan(20);
    expect(readme).toContain(`![The graph](${name}.svg)`);
    expect(readme).toContain(`npx attractor run ${name}`);
    for (const [, file] of readme.matchAll(/\]\(([^)#]+)[^)]*\)/g))
      expect(existsSync(at(file!)), file).toBe(true);
  }
});

it("R-EASE-9: the quickstart with real commands: its check fails once, and the repair is what the branch holds", async () => {
  const [repo, root] = [repository(), join(folder(), "run")];
  const where = ["--workdir", repo, "--logs-root", root, "--json"];
  expect((await here("run", "quickstart", "--simulate", "--auto-approve", ...where)).code).toBe(0);
  const ends = named(logOf(root), "stage_attempt_end").filter(({ node_id }) => node_id === "check");
  expect(ends.map(({ status, failure_reason }) => [status, failure_reason ?? ""])).toEqual([
    ["fail", expect.stringContaining("Halo, world")],
    ["success", ""],
  ]);
  expect(finalOf(root)).toMatchObject({ status: "success", simulated: ["agents", "gates"] });
  const branch = finalOf(root).git.run_branch!;
  expect(git(repo, "show", `${branch}:GREETINGS.txt`)).toBe("Hello, world\nHallo, world");
});

describe.each(GRAPHS)("%s", (name) => {
  it(
    "R-EASE-9: is played to its end by the command of its README, tools too",
    async () => {
      const readme = readFileSync(join(ROOT, name, "README.md"), "utf8");
      const command = /npx attractor (run .*)/.exec(readme)![1]!;
      const given = [...command.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ""));
      const args = given.filter((word) => !/^--simulate/.test(word));
      const [repo, root] = [repository(), join(folder(), "run")];
      const where = ["--workdir", repo, "--logs-root", root, "--json"];
      const played = ["--simulate", "--simulate-tools", "--auto-approve"];
      const { code, err } = await here(...args, ...where, ...played);
      expect([code, err]).toEqual([0, expect.any(String)]);

      const { attempts, files = {}, final = {} } = PLAYED[name]!;
      const starts = named(logOf(root), "stage_attempt_start").map(({ node_id }) => node_id);
      const counted = Object.keys(attempts).map((node) => [node, starts.filter((id) => id === node).length]);
      expect(Object.fromEntries(counted)).toEqual(attempts);
      const simulated = ["agents", "tools", "gates"];
      expect(finalOf(root)).toMatchObject({ status: "success", simulated, ...final });
      expect(readJson(join(root, "manifest.json"))).toMatchObject({ simulated });
      const branch = finalOf(root).git.run_branch!;
      for (const [path, text] of Object.entries(files))
        expect(git(repo, "show", `${branch}:${path}`)).toBe(text);
      // No command ran, or it would have left its output.
      expect(globSync("**/stdout.log", { cwd: root })).toEqual([]);
    },
    LONG,
  );

  it("names in its script only stages that it has", () => {
    const { pipeline } = prepare(readFileSync(join(ROOT, name, `${name}.dot`), "utf8"));
    const script = readJson(join(ROOT, name, `${name}.simulate.json`));
    expect(Object.keys(script).filter((node) => !pipeline!.stages.has(node))).toEqual([]);
  });
});
