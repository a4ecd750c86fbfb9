/** What a stage does to its own tree and folder is that stage's failure, never the engine's. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { here } from "./here.ts";
import { finalOf, folder, git, graph, logOf, named, repository, tool } from "./world.ts";

const STACK = /^\s+at .+:\d+:\d+\)?$/m;
const FAULTS: readonly (readonly [string, string, string])[] = [
  ["removes its worktree", 'rm -rf "$PWD"', "removed its worktree"],
  [
    "puts a file in its place",
    'cd /; rm -rf "$ATTRACTOR_WORKTREE"; : > "$ATTRACTOR_WORKTREE"',
    "in the place of its",
  ],
];

it.each(FAULTS)(
  "R-SEC-6: a stage that %s fails, its failure edge is followed, and the run goes on",
  async (_what, command, said) => {
    const repo = repository({
      "README.md": "# here\n",
      "g.dot": graph(
        `${tool("bad", `echo x > n.txt; ${command}`, "max_retries=0")}; ${tool("after", "test -e README.md && echo fine > fine.txt")}
         s -> bad; bad -> e [condition="outcome=success"]; bad -> after [condition="outcome=fail"]; after -> e`,
      ),
    });
    const root = join(folder(), "run");
    const run = await here(
      "run",
      join(repo, "g.dot"),
      "--workdir",
      repo,
      "--logs-root",
      root,
      "--run-id",
      "r",
    );
    expect(run.err).not.toMatch(STACK);
    expect(run.code).toBe(0);
    const bad = named(logOf(root), "stage_attempt_end").find((end) => end.node_id === "bad");
    expect(bad).toMatchObject({ status: "fail", failure_reason: expect.stringContaining(said) });
    expect(git(repo, "show", "attractor/run/r:fine.txt")).toBe("fine");
  },
);

it("R-SEC-6: a stage that removes the folder of its attempt keeps its outcome", async () => {
  const repo = repository({ "g.dot": graph(`${tool("w", 'rm -rf "$ATTRACTOR_STAGE_DIR"')}; s -> w -> e`) });
  const root = join(folder(), "run");
  expect((await here("run", join(repo, "g.dot"), "--workdir", repo, "--logs-root", root)).code).toBe(0);
  expect(finalOf(root).status).toBe("success");
});

it("R-SEC-6: a run that failed so can be resumed", async () => {
  const repo = repository({
    "g.dot": graph(
      `${tool("bad", 'rm -rf "$PWD"', "max_retries=0")}; s -> bad; bad -> e [condition="outcome=success"]`,
    ),
  });
  const root = join(folder(), "run");
  expect((await here("run", join(repo, "g.dot"), "--workdir", repo, "--logs-root", root)).code).toBe(1);
  const again = await here("resume", root);
  expect(again.code).toBe(1);
  expect(again.err).not.toMatch(STACK);
  expect(finalOf(root)).toMatchObject({ status: "fail", failed_node: "bad", resumes: 1 });
});

it("R-SEC-6: a link in the worktree's place: the repository that it leads to keeps its .git", async () => {
  const other = repository({ "theirs.txt": "theirs\n" });
  const head = git(other, "rev-parse", "HEAD");
  const repo = repository({
    "g.dot": graph(
      `${tool("bad", `cd /; rm -rf "$ATTRACTOR_WORKTREE"; ln -s ${other} "$ATTRACTOR_WORKTREE"`, "max_retries=0")}
       s -> bad; bad -> e [condition="outcome=success"]`,
    ),
  });
  const root = join(folder(), "run");
  expect((await here("run", join(repo, "g.dot"), "--workdir", repo, "--logs-root", root)).code).toBe(1);
  for (const _when of ["after the run", "after a resume"]) {
    expect(existsSync(join(other, ".git/HEAD"))).toBe(true);
    expect(git(other, "rev-parse", "HEAD")).toBe(head);
    expect(git(other, "status", "--porcelain")).toBe("");
    expect((await here("resume", root)).code).toBe(1);
  }
});

it("R-SEC-6: a NUL in a command is the stage's failure, or is refused before", async () => {
  const path = join(folder(), "g.dot");
  writeFileSync(
    path,
    graph(`bad [shape=parallelogram, max_retries=0, tool_command="echo a\0b"]; s -> bad
      bad -> e [condition="outcome=success"]`),
  );
  const root = join(folder(), "run");
  const run = await here("run", path, "--workdir", folder(), "--logs-root", root);
  expect(run.err).not.toMatch(STACK);
  expect([1, 2]).toContain(run.code);
  expect(finalOf(root)).toMatchObject({
    status: "fail",
    failure_class: expect.stringMatching(/deterministic|structural/),
  });
});
