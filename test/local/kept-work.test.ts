/** What branches did stays when their trees are gone and git has collected what nothing leads to. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, finalOf, git, graph, repository, tool } from "./world.ts";

const branch = (id: string, code: number) => tool(id, `echo ${id} > ${id}.txt; exit ${code}`);

const JOINS: readonly (readonly [string, string, number])[] = [
  [
    "all branches failed",
    `par [shape=component]; j [shape=tripleoctagon]; ${branch("a", 1)}; ${branch("b", 1)}
     s -> par; par -> a -> j; par -> b -> j; j -> e [condition="outcome=success"]`,
    1,
  ],
  [
    "one branch failed",
    `par [shape=component]; j [shape=tripleoctagon]; ${branch("a", 0)}; ${branch("b", 1)}
     s -> par; par -> a -> j; par -> b -> j; j -> e`,
    0,
  ],
  [
    "the join merges nothing",
    `par [shape=component]; j [shape=tripleoctagon, merge=none]; ${branch("a", 0)}; ${branch("b", 0)}
     s -> par; par -> a -> j; par -> b -> j; j -> e`,
    0,
  ],
  [
    "the branches of a branch failed",
    `par [shape=component]; j [shape=tripleoctagon]; in [shape=component]; k [shape=tripleoctagon]
     ${branch("a", 1)}; ${branch("b", 1)}; ${branch("c", 1)}
     s -> par; par -> in; in -> a -> k; in -> b -> k; k -> j [condition="outcome=success"]; par -> c -> j
     j -> e [condition="outcome=success"]`,
    1,
  ],
];

describe.each(JOINS)("%s", (_what, body, code) => {
  it("R-FAN-6: the work of every branch outlives the run folder's trees and git's collection", () => {
    const repo = repository({ "g.dot": graph(body) });
    const root = join(repo, ".attractor/runs/r");
    expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(code);
    const branches = finalOf(root).branches.filter(({ last_node }) => /^[abc]$/.test(last_node ?? ""));
    expect(branches.length).toBeGreaterThan(1);
    rmSync(join(root, "parallel"), { recursive: true, force: true });
    git(repo, "worktree", "prune", "--expire=now");
    git(repo, "reflog", "expire", "--expire=now", "--all");
    git(repo, "gc", "--quiet", "--prune=now");
    for (const { commit, last_node } of branches)
      expect(git(repo, "show", `${commit}:${last_node}.txt`), last_node).toBe(last_node);
  });
});

it("R-FAN-6: what a join took is kept by one ref of the run, not by one for each branch", () => {
  const repo = repository({
    "g.dot": graph(
      `par [shape=component]; j [shape=tripleoctagon, merge=all]; ${branch("a", 0)}; ${branch("b", 0)}
       s -> par; par -> a -> j; par -> b -> j; j -> e`,
    ),
  });
  expect(cli(repo, "run", "g.dot", "--run-id", "r").code).toBe(0);
  expect(git(repo, "for-each-ref", "--format=%(refname)", "refs/attractor")).toBe("refs/attractor/r/kept");
});
