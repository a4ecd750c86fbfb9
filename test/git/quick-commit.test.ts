/** What is committed without `git commit` is what git would have committed. */
import { chmod, mkdir, readdir, rename, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitStage } from "../../engine/git/commit-stage.ts";
import type { Worktree } from "../../engine/git/tree-handle.ts";
import type { WorkRepo } from "../../engine/git/work-repo.ts";
import { addBranchWorktree } from "../../engine/git/worktree.ts";
import { git } from "./git-world.ts";
import { put, runTree, type UserRepo, userRepo } from "./user-repo.ts";

let user: UserRepo;
let repo: WorkRepo;
let tree: Worktree;
/** What git was asked since the last look. */
const asked: string[] = [];
beforeEach(async () => {
  user = await userRepo({ "a.txt": "a\n", "dir/b.txt": "b\n", "dir/deep/c.txt": "c\n", "dir.txt": "d\n" });
  const made = await runTree(user);
  repo = made.repo;
  tree = watched(made.tree);
});
afterEach(() => user.close());

function watched(plain: Worktree): Worktree {
  const verbs = ["add", "commit", "reset", "rev-parse", "update-ref", "merge-base", "symbolic-ref"];
  // Kept by the tree itself: it was made by that object.
  return Object.assign(plain, {
    git: ((inner) => (args: readonly string[], call?: object) => {
      asked.push(args.find((arg) => verbs.includes(arg)) ?? args.join(" "));
      return inner(args, call);
    })(plain.git),
  });
}

const told = (): string[] => asked.splice(0);
/** The clock of files goes in steps; nothing is taken for unchanged that could have changed within one. */
const settled = () => new Promise((later) => setTimeout(later, 30));

async function expectSound(of: Worktree, commit: string): Promise<void> {
  expect(await git(of.path, "rev-parse", "HEAD")).toBe(commit);
  expect(await git(of.path, "--no-optional-locks", "status", "--porcelain")).toBe("");
  expect(await git(of.path, "fsck", "--strict", "--no-dangling")).toBe("");
}

/** As git makes it, with an index of its own. */
async function reference(of: Worktree, parent: string): Promise<string> {
  const index = ["-c", "core.excludesFile=/dev/null"];
  await git(of.path, "clone", "--quiet", "--no-checkout", "--shared", user.dir, join(user.root, "ref"));
  const other = ["--git-dir", join(user.root, "ref/.git"), "--work-tree", of.path];
  try {
    await git(of.path, ...index, ...other, "read-tree", parent);
    await git(of.path, ...index, ...other, "add", "--all", "--", ".", ":(exclude,literal,top)status.json");
    return await git(of.path, ...other, "write-tree");
  } finally {
    await rm(join(user.root, "ref"), { recursive: true });
  }
}

describe("a stage's commit", () => {
  it("that changed nothing is made without any process, and git finds all in order", async () => {
    await settled();
    const first = await commitStage(tree, "one", repo.head);
    expect(told()).toEqual(["reset", "add"]);
    const second = await commitStage(tree, "two", first.commit);
    const third = await commitStage(tree, "three", second.commit);
    expect(told()).toEqual([]);
    const top = await user.git("rev-parse", `${repo.head}^{tree}`);
    const expected = ["three", "two", "one"].map(
      (text) => `attractor|attractor@attractor.invalid|${text}|${top}`,
    );
    const log = await user.git("log", "--format=%an|%ce|%s|%T", `${repo.head}..${third.commit}`);
    expect(log.split("\n")).toEqual(expected);
    expect(await user.git("reflog", "-3", "--format=%gs", "attractor/run/r1")).toBe(
      "commit: three\ncommit: two\ncommit: one",
    );
    await expectSound(tree, third.commit);
  });

  it("that changed something takes one process, whatever it changed", async () => {
    await settled();
    let parent = (await commitStage(tree, "first", repo.head)).commit;
    told();
    const at = (path: string) => join(tree.path, path);
    const odd = Buffer.concat([Buffer.from(at("n")), Buffer.from([0xff])]);
    const changes: [string, () => Promise<unknown>][] = [
      ["a file's bytes", () => writeFile(at("a.txt"), "b\n")],
      ["its right to be run", () => chmod(at("a.txt"), 0o755)],
      ["a new file in a new folder", () => put(tree.path, { "x/y/z.txt": "z" })],
      ["a file removed", () => rm(at("dir/deep/c.txt"))],
      [
        "a file in a folder's place",
        () => rm(at("dir"), { recursive: true }).then(() => writeFile(at("dir"), "f")),
      ],
      [
        "a folder in a file's place",
        () => rm(at("dir")).then(() => put(tree.path, { "dir/0": "0", "dir/a b": "1" })),
      ],
      ["a link", () => symlink("a.txt", at("link"))],
      ["a name that is no UTF-8", () => writeFile(odd, "")],
      [
        "what is ignored from now on",
        () => put(tree.path, { ".gitignore": "*.log\n", "x.log": "1", "y.txt": "2" }),
      ],
      ["a rename", () => rename(at("x"), at("w"))],
      [
        "all of it",
        async () => {
          await unlink(odd);
          for (const name of await readdir(tree.path))
            if (name !== ".git") await rm(at(name), { recursive: true });
        },
      ],
    ];
    for (const [what, change] of changes) {
      await change();
      const expected = await reference(tree, parent);
      const { commit } = await commitStage(tree, what, parent);
      expect([what, told()]).toEqual([what, ["add"]]);
      expect([what, await user.git("rev-parse", `${commit}^{tree}`)]).toEqual([what, expected]);
      expect(await user.git("rev-parse", `${commit}^`)).toBe(parent);
      await expectSound(tree, commit);
      parent = commit;
    }
  }, 120_000);

  it("sees a change that keeps size and time", async () => {
    await settled();
    const then = new Date(1_700_000_000_000);
    await utimes(join(tree.path, "a.txt"), then, then);
    const first = await commitStage(tree, "one", repo.head);
    await settled();
    const second = await commitStage(tree, "two", first.commit);
    // git itself compares whole seconds.
    await new Promise((later) => setTimeout(later, 1_000));
    await writeFile(join(tree.path, "a.txt"), "z\n");
    await utimes(join(tree.path, "a.txt"), then, then);
    const third = await commitStage(tree, "three", second.commit);
    expect(await user.git("show", `${third.commit}:a.txt`)).toBe("z");
  });

  it("sees that what was ignored is no longer, by the repository's own settings too", async () => {
    await writeFile(join(user.dir, ".git/info/exclude"), "*.tmp\n");
    await put(tree.path, { "x.tmp": "x" });
    await settled();
    const first = await commitStage(tree, "one", repo.head);
    const second = await commitStage(tree, "two", first.commit);
    await writeFile(join(user.dir, ".git/info/exclude"), "");
    const third = await commitStage(tree, "three", second.commit);
    expect(await user.git("ls-tree", "--name-only", third.commit, "x.tmp")).toBe("x.tmp");
  });

  it("is right with every kind of index that git writes, and left to git where only git knows", async () => {
    let parent = (await commitStage(tree, "first", repo.head)).commit;
    const settings: [string, string[]][] = [
      ["version 4", ["update-index", "--index-version", "4"]],
      ["version 3", ["update-index", "--index-version", "3"]],
      ["split", ["update-index", "--split-index"]],
      ["whole again", ["update-index", "--no-split-index"]],
      ["promised", ["add", "--intent-to-add", "promised.txt"]],
      ["not looked at", ["update-index", "--skip-worktree", "dir.txt"]],
    ];
    await put(tree.path, { "promised.txt": "p" });
    for (const [what, command] of settings) {
      await git(tree.path, ...command);
      for (const round of [1, 2]) {
        await put(tree.path, { [`dir/deep/${what}.txt`]: `${round}` });
        const { commit } = await commitStage(tree, what, parent);
        expect([what, await user.git("show", `${commit}:dir/deep/${what}.txt`)]).toEqual([what, `${round}`]);
        await expectSound(tree, commit);
        parent = commit;
      }
    }
  }, 120_000);

  it("in a branch's tree moves its own HEAD and nobody else's ref", async () => {
    const branch = watched(await addBranchWorktree(repo, join(user.runFolder, "b1"), repo.head));
    await settled();
    const first = await commitStage(branch, "one", repo.head);
    told();
    const second = await commitStage(branch, "two", first.commit);
    await put(branch.path, { "new.txt": "n" });
    const third = await commitStage(branch, "three", second.commit);
    expect(told()).toEqual(["add"]);
    await expectSound(branch, third.commit);
    expect(await user.git("rev-parse", "attractor/run/r1")).toBe(repo.head);
  });

  it("is git's where ids are longer or refs are kept elsewhere", async () => {
    const long = join(user.root, "long");
    await mkdir(long);
    await git(long, "init", "--quiet", "--object-format=sha256");
    await git(long, "commit", "--quiet", "--allow-empty", "-m", "first");
    const { openWorkRepo } = await import("../../engine/git/work-repo.ts");
    const { createRunWorktree } = await import("../../engine/git/worktree.ts");
    const other = await openWorkRepo(long);
    const its = await createRunWorktree(other, join(user.root, "its"), "attractor/run/r2");
    await settled();
    const first = await commitStage(its, "one", other.head);
    const second = await commitStage(its, "two", first.commit);
    expect(second.commit).toHaveLength(64);
    await expectSound(its, second.commit);
  });
});
