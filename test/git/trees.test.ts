import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type Git, GitError, gitIn } from "../../engine/git/process.ts";
import { readTogether, readTrees, TreeLimitError } from "../../engine/git/trees.ts";

/** Three commits; `calls`: what git was asked since. `refuses`: verbs that fail. */
function repository() {
  const folder = mkdtempSync(join(tmpdir(), "trees-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = { PATH: process.env.PATH, HOME: folder };
  const by = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: folder,
      env,
    })
      .toString()
      .trim();
  by("init", "--quiet");
  mkdirSync(join(folder, "deep/er"), { recursive: true });
  const commits = ["one", "two", "three"].map((text) => {
    writeFileSync(join(folder, "deep/er/file"), text);
    by("add", "--all");
    by("commit", "--quiet", "-m", text);
    return by("rev-parse", "HEAD");
  }) as [string, string, string];
  const state = { calls: 0, refuses: (_verb: string): boolean => false };
  const git = gitIn(folder, env);
  const counted: Git = (args, call) => {
    state.calls++;
    if (state.refuses(args[0]!)) return Promise.reject(new GitError(args, null, "it wrote too much"));
    return git(args, call);
  };
  return { commits, counted, state };
}

const sizes = async (git: Git, commit: string): Promise<number[]> => {
  const { root, entries, sizeOf } = await readTrees(git, commit);
  const [deep] = entries(root);
  const [er] = entries(deep!.oid);
  return entries(er!.oid).map(({ oid }) => sizeOf(oid));
};

it("trees of several commits are read together, and none of them again", async () => {
  const { commits, counted, state } = repository();
  await readTogether(counted, ["0".repeat(40), ...commits]);
  const together = state.calls;
  const read = [];
  for (const commit of commits) read.push(await sizes(counted, commit));
  expect(read).toEqual([[3], [3], [5]]);
  expect(state.calls).toBe(together);
  await expect(readTrees(counted, "0".repeat(40))).rejects.toThrow(GitError);
});

it("what cannot be had together is read one by one, and each says why", async () => {
  const { commits, counted, state } = repository();
  state.refuses = (verb) => verb === "rev-list";
  await readTogether(counted, commits);
  await expect(readTrees(counted, commits[0])).rejects.toThrow(TreeLimitError);
  state.refuses = () => false;
  expect(await sizes(counted, commits[2])).toEqual([5]);
});

it("a tree whose sizes were not had is not known", async () => {
  const { commits, counted, state } = repository();
  let looks = 0;
  // That of the files: the trees' own sizes and contents come first.
  state.refuses = (verb) => verb === "cat-file" && ++looks === 3;
  await expect(readTrees(counted, commits[0])).rejects.toThrow(GitError);
  state.refuses = () => false;
  expect(await sizes(counted, commits[0])).toEqual([3]);
});
