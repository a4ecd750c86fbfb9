import { chmod, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitStage } from "../../engine/git/commit-stage.ts";
import { isGitRepo, openWorkRepo, requireClean, WorkRepoError } from "../../engine/git/work-repo.ts";
import {
  addBranchWorktree,
  cleanWorktree,
  createRunWorktree,
  removeWorktrees,
  reopenWorktree,
} from "../../engine/git/worktree.ts";
import { git } from "./git-world.ts";
import { put, runTree, type UserRepo, userRepo } from "./user-repo.ts";

let user: UserRepo;
beforeEach(async () => {
  user = await userRepo({ "a.txt": "a\n", "sub/b.txt": "b\n", ".gitignore": "*.cache\n" });
});
afterEach(() => user.close());

describe("the user's repository", () => {
  it("R-CKPT-7: is refused while it has changes, by file name, until the run's own files are all that is new", async () => {
    const repo = await openWorkRepo(user.dir);
    await requireClean(repo, []);
    await put(user.dir, {
      "a.txt": "changed\n",
      "new file.txt": "x",
      "x.cache": "ignored",
      ".runs/r1/final.json": "{}",
    });
    await user.git("rm", "--quiet", "sub/b.txt");
    const refusal = await requireClean(repo, [join(user.dir, ".runs")]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(WorkRepoError);
    expect(refusal).toMatchObject({
      message: expect.stringMatching(/not committed: a\.txt, sub\/b\.txt, new file\.txt$/),
      fix: expect.stringContaining("require_clean"),
    });
    await user.git("reset", "--quiet", "--hard");
    await rm(join(user.dir, "new file.txt"));
    await requireClean(repo, [join(user.dir, ".runs"), "/elsewhere"]);
    await expect(requireClean(repo, [])).rejects.toThrow(".runs/r1/final.json");
  });

  it("R-CKPT-7: is looked at without its index being written, though git would like to refresh it", async () => {
    const repo = await openWorkRepo(user.dir);
    await utimes(join(user.dir, "a.txt"), 1, 1);
    const before = await readFile(join(user.dir, ".git", "index"));
    await requireClean(repo, []);
    expect(await readFile(join(user.dir, ".git", "index"))).toEqual(before);
  });

  it("R-CKPT-7: keeps its checkout, index, branch and configuration through a run of commits", async () => {
    await put(user.dir, { "a.txt": "in progress\n", "notes.txt": "mine" });
    await user.git("add", "a.txt");
    const before = await user.state();
    const { repo, tree } = await runTree(user);
    await put(tree.path, { "a.txt": "by the run\n", "made.txt": "new" });
    await commitStage(tree, "stage", repo.head);
    const branch = await addBranchWorktree(repo, join(user.runFolder, "b1"), repo.head);
    await put(branch.path, { "b1.txt": "x" });
    await commitStage(branch, "stage", repo.head);
    await removeWorktrees(repo, [branch]);
    expect(await user.state()).toEqual(before);
    expect(await readFile(join(user.dir, "a.txt"), "utf8")).toBe("in progress\n");
  });

  it("gives the run a branch with the prefix, from the commit that is checked out", async () => {
    const { repo, tree } = await runTree(user);
    expect(await user.git("rev-parse", "attractor/run/r1")).toBe(repo.head);
    expect(tree.branch).toBe("refs/heads/attractor/run/r1");
    expect(await readFile(join(tree.path, "sub/b.txt"), "utf8")).toBe("b\n");
  });

  it("knows the subfolder that the run was started in", async () => {
    expect((await openWorkRepo(join(user.dir, "sub"))).subfolder).toBe("sub");
    expect((await openWorkRepo(user.dir)).subfolder).toBe("");
  });

  it("is told from a plain folder and from one without a commit", async () => {
    expect(await isGitRepo(user.dir)).toBe(true);
    expect(await isGitRepo(user.runFolder)).toBe(false);
    await user.git("init", "--quiet", join(user.root, "empty"));
    await expect(openWorkRepo(join(user.root, "empty"))).rejects.toMatchObject({
      fix: expect.stringContaining("commit once"),
    });
  });

  it("R-CKPT-6: refuses a run branch that exists or that another branch's name blocks", async () => {
    const { repo } = await runTree(user);
    const again = createRunWorktree(repo, join(user.runFolder, "again"), "attractor/run/r1");
    await expect(again).rejects.toMatchObject({ message: expect.stringContaining("exists already") });
    await user.git("branch", "Team");
    const blocked = createRunWorktree(repo, join(user.runFolder, "blocked"), "team/run/r1");
    await expect(blocked).rejects.toMatchObject({
      message: expect.stringContaining("branch Team keeps git"),
    });
  });

  it("is found although git variables of a hook point elsewhere", async () => {
    const saved = { ...process.env };
    Object.assign(process.env, {
      GIT_DIR: "/nowhere",
      GIT_WORK_TREE: "/nowhere",
      GIT_INDEX_FILE: "/nowhere",
    });
    try {
      expect((await openWorkRepo(user.dir)).top).toContain("repo");
    } finally {
      for (const name of ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]) delete process.env[name];
      Object.assign(process.env, saved);
    }
  });
});

describe("trees of a run", () => {
  it("many are made at once", async () => {
    const { repo } = await runTree(user);
    const trees = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        addBranchWorktree(repo, join(user.runFolder, `p/0${n}-x`), repo.head),
      ),
    );
    for (const tree of trees) expect(await readFile(join(tree.path, "a.txt"), "utf8")).toBe("a\n");
  });

  it("are found as they were when a run is resumed, and made again when they are gone", async () => {
    const { repo, tree } = await runTree(user);
    await put(tree.path, { "half.txt": "half done" });
    const same = await reopenWorktree(repo, tree.path, "attractor/run/r1", repo.head);
    expect(same.gitDir).toBe(tree.gitDir);
    expect(await readFile(join(tree.path, "half.txt"), "utf8")).toBe("half done");
    const { commit } = await commitStage(same, "stage", repo.head);
    await rm(tree.path, { recursive: true });
    const made = await reopenWorktree(repo, tree.path, "attractor/run/r1", commit);
    expect(await readFile(join(made.path, "half.txt"), "utf8")).toBe("half done");
    expect(await user.git("rev-parse", "attractor/run/r1")).toBe(commit);
    const detached = join(user.runFolder, "b1");
    await mkdir(detached);
    await writeFile(join(detached, "junk"), "left by a crash");
    const branch = await reopenWorktree(repo, detached, null, commit);
    expect(branch.branch).toBeNull();
    expect(await readFile(join(detached, "half.txt"), "utf8")).toBe("half done");
  });

  it("R-CKPT-7: can be cleaned for an attempt that must not see what was left, caches aside", async () => {
    const { repo, tree } = await runTree(user);
    await put(tree.path, { "a.txt": "left", "new/x.txt": "left", "y.cache": "kept" });
    await cleanWorktree(tree, repo.head);
    expect(await tree.git(["status", "--porcelain"])).toMatchObject({ stdout: Buffer.alloc(0) });
    expect(await readFile(join(tree.path, "a.txt"), "utf8")).toBe("a\n");
    expect(await readFile(join(tree.path, "y.cache"), "utf8")).toBe("kept");
  });

  it("go away whole, with links in them, and without what the links name", async () => {
    const { repo } = await runTree(user);
    const tree = await addBranchWorktree(repo, join(user.runFolder, "b1"), repo.head);
    await symlink(user.dir, join(tree.path, "link"));
    await mkdir(join(tree.path, "deep"));
    await chmod(join(tree.path, "deep"), 0o700);
    await removeWorktrees(repo, [tree]);
    expect(await user.git("worktree", "list", "--porcelain")).not.toContain("/b1\n");
    expect(await readFile(join(user.dir, "a.txt"), "utf8")).toBe("a\n");
  });
});

describe("a worktree that is made without git worktree", () => {
  /** What git keeps of a worktree, and what it says of it. */
  async function kept(tree: { readonly path: string; readonly gitDir: string }) {
    const file = (name: string) => readFile(join(tree.gitDir, name), "utf8");
    return {
      files: (await readdir(tree.gitDir)).filter((name) => name !== "logs" && name !== "ORIG_HEAD").sort(),
      head: await file("HEAD"),
      common: await file("commondir"),
      points: [await file("gitdir"), await readFile(join(tree.path, ".git"), "utf8")].map((text) =>
        text.replaceAll(tree.gitDir, "GIT").replaceAll(tree.path, "TREE"),
      ),
      status: await git(tree.path, "status", "--porcelain", "--branch"),
      tracked: await git(tree.path, "ls-files", "--stage"),
    };
  }

  it("is what git makes, file for file, on a branch and on none", async () => {
    const { repo, tree } = await runTree(user);
    const own = await addBranchWorktree(repo, join(user.runFolder, "b1"), repo.head);
    for (const [made, args] of [
      [tree, ["-b", "other"]],
      [own, ["--detach"]],
    ] as const) {
      const path = join(user.runFolder, `git${args.length}`);
      await user.git("worktree", "add", "--quiet", ...args, path, repo.head);
      const gitDir = (await readFile(join(path, ".git"), "utf8")).slice("gitdir: ".length).trim();
      const theirs = JSON.stringify(await kept({ path, gitDir }));
      expect(JSON.stringify(await kept(made)).replaceAll("attractor/run/r1", "other")).toBe(theirs);
    }
    const { stdout } = await repo.git(["worktree", "list", "--porcelain"]);
    expect(stdout.toString()).not.toContain("locked");
    expect(stdout.toString().match(/^worktree /gm)).toHaveLength(5);
  });

  it("many at once get a place each, and none is taken away by a prune meanwhile", async () => {
    const repo = await openWorkRepo(user.dir);
    const names = Array.from({ length: 24 }, (_, n) => `b${n}`);
    const prunes = names.map(() => repo.git(["worktree", "prune"]));
    const made = await Promise.all(
      names.map((name) => addBranchWorktree(repo, join(user.runFolder, name), repo.head)),
    );
    await Promise.all(prunes);
    expect(new Set(made.map(({ gitDir }) => gitDir)).size).toBe(24);
    for (const tree of made) {
      expect(await readFile(join(tree.path, "sub/b.txt"), "utf8")).toBe("b\n");
      const { stdout } = await tree.git(["status", "--porcelain"]);
      expect(stdout.toString()).toBe("");
    }
    await removeWorktrees(repo, made);
    expect(await readdir(join(repo.commonDir, "worktrees")).catch(() => [])).toEqual([]);
  });

  it("R-CKPT-6: whose maker was killed half way is made anew, and stands on the list once", async () => {
    const repo = await openWorkRepo(user.dir);
    const path = join(user.runFolder, "b1");
    const tree = await addBranchWorktree(repo, path, repo.head);
    await writeFile(join(tree.gitDir, "locked"), "initializing\n");
    await rm(join(path, "a.txt"));
    const again = await reopenWorktree(repo, path, null, repo.head);
    expect((await again.git(["status", "--porcelain"])).stdout.toString()).toBe("");
    expect(await readFile(join(path, "a.txt"), "utf8")).toBe("a\n");
    const list = await user.git("worktree", "list", "--porcelain");
    expect(list.split("\n").filter((line) => line.startsWith("worktree "))).toHaveLength(2);
    expect(list).not.toContain("locked");
    // Somebody's own lock is no such sign, and stays.
    await user.git("worktree", "lock", "--reason", "mine", path);
    await rm(join(path, "a.txt"));
    await reopenWorktree(repo, path, null, repo.head);
    expect(await user.git("worktree", "list", "--porcelain")).toContain("locked mine");
    expect(await readdir(path)).not.toContain("a.txt");
  });

  it("is left to git where a repository is unusual, or something is in the way", async () => {
    await user.git("config", "extensions.worktreeConfig", "true");
    const repo = await openWorkRepo(user.dir);
    const tree = await addBranchWorktree(repo, join(user.runFolder, "b1"), repo.head);
    expect(await readFile(join(tree.path, "a.txt"), "utf8")).toBe("a\n");
    await user.git("config", "--unset", "extensions.worktreeConfig");
    await put(user.runFolder, { "b2/in-the-way": "x" });
    await expect(addBranchWorktree(repo, join(user.runFolder, "b2"), repo.head)).rejects.toThrow(
      "already exists",
    );
  });

  it("whose commit is not there leaves nothing behind", async () => {
    const repo = await openWorkRepo(user.dir);
    const gone = "1".repeat(40);
    await expect(addBranchWorktree(repo, join(user.runFolder, "b1"), gone)).rejects.toThrow("git reset");
    expect(await readdir(join(user.runFolder, "b1"))).toEqual([]);
    expect(await readdir(join(repo.commonDir, "worktrees"))).toEqual([]);
  });
});
