import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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
beforeEach(async () => {
  user = await userRepo({ "a.txt": "a\n", "b.txt": "b\n", "old name.txt": "c\n".repeat(20) });
  ({ repo, tree } = await runTree(user));
});
afterEach(() => user.close());

const files = async (commit: string): Promise<string[]> =>
  (await user.git("ls-tree", "-r", "--name-only", commit)).split("\n");
/** git as the stage itself would run it in its tree. */
const inTree = (...args: string[]): Promise<string> => git(tree.path, ...args);

describe("the commit at a stage's end", () => {
  it("R-CKPT-7: holds additions, changes, deletions and renames, by the engine's own identity", async () => {
    await put(tree.path, { "a.txt": "changed\n", "new/x.txt": "x" });
    await rm(join(tree.path, "b.txt"));
    await rename(join(tree.path, "old name.txt"), join(tree.path, "new name.txt"));
    const { commit, left } = await commitStage(tree, "attractor(r1): impl (success)", repo.head);
    expect(left).toEqual([]);
    expect(await files(commit)).toEqual(["a.txt", "new name.txt", "new/x.txt"]);
    expect(await user.git("log", "-1", "--format=%an|%ae|%cn|%s|%P", commit)).toBe(
      `attractor|attractor@attractor.invalid|attractor|attractor(r1): impl (success)|${repo.head}`,
    );
    expect(await user.git("rev-parse", "attractor/run/r1")).toBe(commit);
  });

  it("R-CKPT-7: is made for a stage that changed nothing, a failed one too", async () => {
    const first = await commitStage(tree, "verify (fail)", repo.head);
    const second = await commitStage(tree, "verify (fail)", first.commit);
    expect(await user.git("rev-list", "--count", `${repo.head}..${second.commit}`)).toBe("2");
  });

  it("R-CKPT-7: runs no hook of the user", async () => {
    for (const hook of ["pre-commit", "commit-msg", "post-commit", "prepare-commit-msg", "post-checkout"])
      await writeFile(join(user.dir, ".git", "hooks", hook), `#!/bin/sh\ntouch ${user.root}/ran\nexit 1\n`, {
        mode: 0o755,
      });
    await commitStage(tree, "x", repo.head);
    await addBranchWorktree(repo, join(user.runFolder, "b1"), repo.head);
    await expect(readFile(join(user.root, "ran"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("R-STAT-3: never holds a status file, ignored or not, staged or committed by the stage itself", async () => {
    await put(tree.path, {
      "status.json": "{}",
      ".ai/status.json": "{}",
      ".ai/notes.md": "n",
      "sub/status.json": "theirs",
    });
    const first = await commitStage(tree, "wrote", repo.head);
    expect(await files(first.commit)).toEqual([
      ".ai/notes.md",
      "a.txt",
      "b.txt",
      "old name.txt",
      "sub/status.json",
    ]);
    await inTree("add", "--force", "status.json");
    const second = await commitStage(tree, "staged", first.commit);
    expect(await files(second.commit)).not.toContain("status.json");
    await inTree("add", "--force", "status.json", ".ai/status.json");
    await inTree("commit", "--quiet", "-m", "by the stage");
    const third = await commitStage(tree, "committed", second.commit);
    expect(await files(third.commit)).toEqual(await files(second.commit));
  });

  it("R-STAT-3: leaves a status.json that the base commit tracks as it is there", async () => {
    const other = await userRepo({ "status.json": "the user's own\n" });
    try {
      const { repo, tree } = await runTree(other);
      await rm(join(tree.path, "status.json"));
      const { commit } = await commitStage(tree, "x", repo.head);
      expect(await other.git("show", `${commit}:status.json`)).toBe("the user's own");
    } finally {
      await other.close();
    }
  });

  it("keeps what the stage committed itself, on the run's own line", async () => {
    await put(tree.path, { "theirs.txt": "1" });
    await inTree("add", "theirs.txt");
    await inTree("commit", "--quiet", "-m", "by the stage");
    await put(tree.path, { "rest.txt": "2" });
    const { commit } = await commitStage(tree, "end", repo.head);
    expect(await files(commit)).toContain("theirs.txt");
    expect(await files(commit)).toContain("rest.txt");
    expect(await user.git("rev-list", "--count", `${repo.head}..${commit}`)).toBe("2");
  });

  it("stays on the run's line when the stage changed branch, rewrote history or detached", async () => {
    const base = await commitStage(tree, "one", repo.head);
    const moves: string[][][] = [
      [["checkout", "--quiet", "-b", "their-branch"]],
      [["reset", "--quiet", "--hard", repo.head]],
      [["commit", "--quiet", "--amend", "--allow-empty", "-m", "rewritten"]],
      [
        ["checkout", "--quiet", "--detach"],
        ["commit", "--quiet", "--allow-empty", "-m", "lost"],
      ],
      [["update-ref", "-d", "refs/heads/attractor/run/r1"]],
    ];
    let parent = base.commit;
    for (const [n, commands] of moves.entries()) {
      for (const command of commands) await inTree(...command);
      await put(tree.path, { [`left-${n}.txt`]: "x" });
      const { commit } = await commitStage(tree, `after ${n}`, parent);
      expect(await user.git("rev-parse", "attractor/run/r1"), commands.join()).toBe(commit);
      expect(await user.git("merge-base", "--is-ancestor", parent, commit), commands.join()).toBe("");
      expect(await files(commit)).toContain(`left-${n}.txt`);
      parent = commit;
    }
  });

  it("stays off the branches of others in a detached tree", async () => {
    const branch = await addBranchWorktree(repo, join(user.runFolder, "b1"), repo.head);
    await git(branch.path, "checkout", "--quiet", "-b", "theirs");
    await git(branch.path, "commit", "--quiet", "--allow-empty", "-m", "by the stage");
    const theirs = await user.git("rev-parse", "theirs");
    const { commit } = await commitStage(branch, "end", repo.head);
    expect(await user.git("rev-parse", "theirs")).toBe(theirs);
    expect(await user.git("rev-parse", `${commit}^`)).toBe(theirs);
    expect(await readFile(join(branch.gitDir, "HEAD"), "utf8")).toBe(`${commit}\n`);
  });

  it("goes to the run's repository although the stage removed or replaced .git", async () => {
    const before = await user.state();
    await rm(join(tree.path, ".git"));
    const first = await commitStage(tree, "removed", repo.head);
    expect(await inTree("rev-parse", "HEAD")).toBe(first.commit);
    await rm(join(tree.path, ".git"));
    await inTree("init", "--quiet", ".");
    const second = await commitStage(tree, "replaced", first.commit);
    expect(await inTree("rev-parse", "HEAD")).toBe(second.commit);
    expect(await user.state()).toEqual(before);
  });

  it("goes on over locks that a killed git left", async () => {
    await put(tree.path, { "x.txt": "x" });
    await writeFile(join(tree.gitDir, "index.lock"), "");
    const first = await commitStage(tree, "x", repo.head);
    await writeFile(join(tree.gitDir, "HEAD.lock"), "");
    await writeFile(join(tree.commonDir, "refs/heads/attractor/run/r1.lock"), "");
    const second = await commitStage(tree, "y", first.commit);
    expect(await files(second.commit)).toContain("x.txt");
  });

  it("takes what it can beside a repository inside the tree, and names that", async () => {
    await put(tree.path, { "x.txt": "x", "inner/y.txt": "y" });
    await git(join(tree.path, "inner"), "init", "--quiet", ".");
    const { commit, left } = await commitStage(tree, "x", repo.head);
    expect(await files(commit)).toContain("x.txt");
    expect(left.join()).toContain("inner");
  });

  it("works when refs are packed", async () => {
    const first = await commitStage(tree, "x", repo.head);
    await user.git("pack-refs", "--all");
    const second = await commitStage(tree, "y", first.commit);
    expect(await user.git("rev-parse", `${second.commit}^`)).toBe(first.commit);
  });

  it("takes any text for its message as one line", async () => {
    const { commit } = await commitStage(tree, "-m --amend\n\u0000\u001b[31m # hash $(id)", repo.head);
    expect(await user.git("log", "-1", "--format=%B", commit)).toBe("-m --amend [31m # hash $(id)");
    await mkdir(join(tree.path, "empty-folder"));
    expect((await commitStage(tree, "\n", commit)).commit).toMatch(/^[0-9a-f]{40}$/);
  });
});
