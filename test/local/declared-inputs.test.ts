import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cli, graph, readJson, repository, tool } from "./world.ts";

const files = {
  "g.dot": graph(
    `${tool("t", 'printf "%s %s" "$ATTRACTOR_INPUT_LEVEL" "$ATTRACTOR_INPUT_KEY" > "$ATTRACTOR_STAGE_DIR/said"')}; s -> t; t -> e`,
    ', input.level.type=integer, input.level.default=3, input.level.label="How hard", input.doc.type=file, input.key.type=secret',
  ),
  "a.md": "a",
};

it("R-LANG-11: inputs are checked before any node, told by --help, and a secret is in no file of the run", () => {
  const repo = repository(files);
  const runs = join(repo, ".attractor/runs");
  const help = cli(repo, "run", "g.dot", "--help");
  expect(help.out).toContain('--input level=INTEGER  How hard; default "3"');
  expect(help.out).toContain("--input key=VARIABLE");
  const missing = cli(repo, "run", "g.dot", "--run-id", "r");
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("needs the inputs doc, key")]);
  const nowhere = cli(
    repo,
    "run",
    "g.dot",
    "--run-id",
    "q",
    "--input",
    "doc=b.md",
    "--input",
    "key=NOT_SET_ANYWHERE",
  );
  expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining("there is no file b.md")]);
  expect(nowhere.err).toContain("NOT_SET_ANYWHERE is not set");
  expect(existsSync(join(runs, "q/progress.ndjson"))).toBe(false);
  process.env.ATTRACTOR_TEST_SECRET = "s3cr3t-value";
  try {
    const done = cli(
      repo,
      "run",
      "g.dot",
      "--run-id",
      "p",
      "--input",
      "doc=a.md",
      "--input",
      "key=ATTRACTOR_TEST_SECRET",
    );
    expect(done.code, done.err).toBe(0);
  } finally {
    delete process.env.ATTRACTOR_TEST_SECRET;
  }
  const run = join(runs, "p");
  expect(readFileSync(join(run, "t/v1-a1/said"), "utf8")).toBe("3 s3cr3t-value");
  expect(readJson(join(run, "manifest.json"))).toMatchObject({
    inputs: { level: "3", key: "ATTRACTOR_TEST_SECRET" },
  });
  for (const name of ["manifest.json", "progress.ndjson", "final.json"])
    expect(readFileSync(join(run, name), "utf8")).not.toContain("s3cr3t-value");
});
