/** What is taken for untouched without asking git is what git finds untouched, by the files themselves. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitStage, seenAsMade } from "../../engine/git/commit-stage.ts";
import { isAsIndexed } from "../../engine/git/index-look.ts";
import type { Worktree } from "../../engine/git/tree-handle.ts";
import type { WorkRepo } from "../../engine/git/work-repo.ts";
import { addBranchWorktree } from "../../engine/git/worktree.ts";
import { runTree, type UserRepo, userRepo } from "./user-repo.ts";

const FILES = {
  "a.txt": "a\n",
  "dir/b.txt": "b\n",
  "dir/ö.txt": "c\n",
  ".gitignore": "ignored\n",
  tool: "#!\n",
};
let user: UserRepo;
let repo: WorkRepo;
let tree: Worktree;
beforeEach(async () => {
  user = await userRepo(FILES);
  ({ repo, tree } = await runTree(user));
  await git("reset", "--hard");
  await settled();
  // The index is then younger than every file.
  await git("update-index", "--force-write-index");
});
afterEach(() => user.close());

const settled = () => new Promise((later) => setTimeout(later, 45));
const git = async (...args: string[]): Promise<string> => (await tree.git(args)).stdout.toString();

/** By an index that knows no times, so that git opens every file. */
function treeOnDisk(): string {
  const index = join(user.root, "other-index");
  rmSync(index, { force: true });
  const env = { ...process.env, GIT_DIR: tree.gitDir, GIT_WORK_TREE: tree.path, GIT_INDEX_FILE: index };
  const run = (...args: string[]) => execFileSync("git", args, { cwd: tree.path, env, encoding: "utf8" });
  run("read-tree", "HEAD");
  run("add", "--all");
  return run("write-tree");
}

type Change = (at: (path: string) => string) => unknown;
const CHANGES: Record<string, Change> = {
  nothing: () => undefined,
  read: (at) => readFileSync(at("a.txt")),
  "same text": (at) => writeFileSync(at("a.txt"), "a\n"),
  "same size": (at) => writeFileSync(at("a.txt"), "z\n"),
  "same size and time": (at) => {
    const { atime, mtime } = lstatSync(at("a.txt"));
    writeFileSync(at("a.txt"), "y\n");
    utimesSync(at("a.txt"), atime, mtime);
  },
  "another file in its place": (at) => {
    writeFileSync(at("new"), "x\n");
    renameSync(at("new"), at("a.txt"));
  },
  executable: (at) => chmodSync(at("tool"), 0o755),
  removed: (at) => rmSync(at("dir/b.txt"), { force: true }),
  renamed: (at) => renameSync(at("a.txt"), at("A.txt")),
  "a link": (at) => {
    unlinkSync(at("tool"));
    symlinkSync("a.txt", at("tool"));
  },
  "a folder linked": (at) => {
    renameSync(at("dir"), join(user.root, `moved-${Math.random()}`));
    symlinkSync(user.dir, at("dir"));
  },
  "an empty folder": (at) => mkdirSync(at("empty"), { recursive: true }),
  "a repository": (at) => execFileSync("git", ["init", "--quiet", at("inner")]),
  untracked: (at) => writeFileSync(at("dir/more.txt"), ""),
  ignored: (at) => writeFileSync(at("ignored"), "x"),
  bytes: (at) => writeFileSync(Buffer.concat([Buffer.from(at("")), Buffer.from([0xff, 0xfe])]), "x"),
};

describe("a tree as its index has it", () => {
  it("is told without opening a file, and an empty folder or a read file is no change", () => {
    expect(isAsIndexed(tree)).toBe(true);
    CHANGES.read?.((path) => join(tree.path, path));
    CHANGES["an empty folder"]?.((path) => join(tree.path, path));
    expect(isAsIndexed(tree)).toBe(true);
  });

  it("never hides a change that git would commit, however it was made", async () => {
    const names = Object.keys(CHANGES);
    const before = (await git("rev-parse", "HEAD^{tree}")).trim();
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
        async (some) => {
          for (const name of some) {
            try {
              CHANGES[name]?.((path) => join(tree.path, path));
            } catch {
              // An earlier one took the file away.
            }
          }
          if (isAsIndexed(tree)) expect(treeOnDisk().trim()).toBe(before);
          else expect(some).not.toEqual(["nothing"]);
          await git("clean", "-ffdxq");
          await git("reset", "--hard", "--quiet");
          await settled();
          await git("update-index", "--force-write-index");
        },
      ),
      { numRuns: 25, examples: names.map((name): [string[]] => [[name]]) },
    );
  });

  it("is left to git where git was told to trust, and where a file is as young as the index", async () => {
    await git("update-index", "--assume-unchanged", "a.txt");
    expect(isAsIndexed(tree)).toBe(false);
    await git("update-index", "--no-assume-unchanged", "a.txt");
    expect(isAsIndexed(tree)).toBe(true);
    await git("update-index", "--skip-worktree", "a.txt");
    expect(isAsIndexed(tree)).toBe(false);
    await git("update-index", "--no-skip-worktree", "a.txt");
    expect(isAsIndexed(tree)).toBe(true);
    const { atime, mtime } = lstatSync(join(tree.path, "a.txt"));
    utimesSync(join(tree.gitDir, "index"), atime, mtime);
    expect(isAsIndexed(tree)).toBe(false);
  });
});

it("R-CKPT-7: a branch that wrote nothing in an empty tree is committed without a process", async () => {
  await git("rm", "-rq", ".");
  await git("commit", "--quiet", "-m", "empty");
  const base = (await git("rev-parse", "HEAD")).trim();
  const made = await addBranchWorktree(repo, join(user.root, "branch"), base);
  await seenAsMade(made);
  const asked: string[] = [];
  const plain = made.git;
  const watched = Object.assign(made, {
    git: (...call: Parameters<Worktree["git"]>) => {
      asked.push(call[0].join(" "));
      return plain(...call);
    },
  });
  const { commit } = await commitStage(watched, "b", base);
  expect(asked).toEqual([]);
  expect((await git("rev-parse", `${commit}^{tree}`)).trim()).toBe(
    (await git("rev-parse", "HEAD^{tree}")).trim(),
  );
  expect((await git("rev-parse", `${commit}^`)).trim()).toBe(base);
});
