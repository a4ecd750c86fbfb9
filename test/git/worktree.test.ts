import { chmod, mkdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
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
