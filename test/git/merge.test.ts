import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitStage } from "../../engine/git/commit-stage.ts";
import { type BranchWork, mergeAll, mergeWinner } from "../../engine/git/merge.ts";
import { dropRefs, keepReachable } from "../../engine/git/retained-commit.ts";
import type { Worktree } from "../../engine/git/tree-handle.ts";
import type { WorkRepo } from "../../engine/git/work-repo.ts";
import { addBranchWorktree, removeWorktrees, worktreeAround } from "../../engine/git/worktree.ts";
import { put, runTree, type UserRepo, userRepo } from "./user-repo.ts";

const LONG = Array.from({ length: 40 }, (_, n) => `line ${n}\n`).join("");

let user: UserRepo;
let repo: WorkRepo;
let trunk: Worktree;
beforeEach(async () => {
  user = await userRepo({ "a.txt": "a\n", "b.txt": "b\n", "long.txt": LONG, "gone.txt": "gone\n" });
  ({ repo, tree: trunk } = await runTree(user));
});
afterEach(() => user.close());

/** A branch's work: its tree after `work`, committed. */
async function branch(key: string, work: (path: string) => Promise<unknown>): Promise<BranchWork> {
  const tree = await addBranchWorktree(repo, join(user.runFolder, key), repo.head);
  await work(tree.path);
  const { commit } = await commitStage(tree, key, repo.head);
  return { key, commit };
}

const writes = (key: string, files: Record<string, string>): Promise<BranchWork> =>
  branch(key, (path) => put(path, files));
const inTrunk = (path: string): Promise<string> => readFile(join(trunk.path, path), "utf8");
const clean = async (): Promise<string> => (await trunk.git(["status", "--porcelain"])).stdout.toString();

describe("merging one winner", () => {
  it("R-FAN-6: goes forward to its commit where the trunk stood still", async () => {
    const winner = await writes("01-a", { "a.txt": "new\n" });
    expect(await mergeWinner(trunk, winner, "join")).toEqual({ ok: true, commit: winner.commit });
    expect(await inTrunk("a.txt")).toBe("new\n");
    expect(await user.git("rev-parse", "attractor/run/r1")).toBe(winner.commit);
  });

  it("R-FAN-6: makes a merge where the trunk moved on, with deletions and renames of both", async () => {
    await rm(join(trunk.path, "gone.txt"));
    const { commit: head } = await commitStage(trunk, "trunk", repo.head);
    const winner = await branch("01-a", async (path) => {
      await rename(join(path, "long.txt"), join(path, "renamed.txt"));
      await writeFile(join(path, "renamed.txt"), `${LONG}more\n`);
      await rm(join(path, "b.txt"));
    });
    const merged = await mergeWinner(trunk, winner, "join 'it'");
    const commit = merged.ok ? merged.commit : "";
    expect(await user.git("log", "-1", "--format=%P|%s|%an", commit)).toBe(
      `${head} ${winner.commit}|join 'it'|attractor`,
    );
    expect((await user.git("ls-tree", "-r", "--name-only", commit)).split("\n")).toEqual([
      "a.txt",
      "renamed.txt",
    ]);
    expect(await inTrunk("renamed.txt")).toBe(`${LONG}more\n`);
    expect(await clean()).toBe("");
  });
});

describe("merging all branches", () => {
  it("R-FAN-6: puts everything into one commit with every branch as a parent, in order", async () => {
    const branches = [
      await writes("01-a", { "a.txt": "from a\n" }),
      await branch("02-b", async (path) => {
        await rename(join(path, "long.txt"), join(path, "moved.txt"));
        await chmod(join(path, "moved.txt"), 0o755);
      }),
      await writes("03-c", { "long.txt": LONG.replace("line 20", "line twenty") }),
      await branch("04-d", (path) => rm(join(path, "gone.txt"))),
    ];
    const merged = await mergeAll(trunk, branches, "join");
    const commit = merged.ok ? merged.commit : "";
    const parents = [repo.head, ...branches.map((each) => each.commit)].join(" ");
    expect(await user.git("log", "-1", "--format=%P", commit)).toBe(parents);
    expect((await user.git("ls-tree", "-r", "--name-only", commit)).split("\n")).toEqual([
      "a.txt",
      "b.txt",
      "moved.txt",
    ]);
    expect(await inTrunk("moved.txt"), "an edit follows the rename of another branch").toContain(
      "line twenty",
    );
    expect(await user.git("ls-tree", commit, "moved.txt")).toMatch(/^100755/);
    expect(await clean()).toBe("");
  });

  it("R-FAN-6: tells each conflict with the branches that meet in it, and changes nothing", async () => {
    const branches = [
      await writes("01-a", { "a.txt": "one\n", "only-a.txt": "x" }),
      await writes("02-b", { "b.txt": "two\n" }),
      await writes("03-c", { "a.txt": "three\n", "b.txt": "three\n" }),
      await branch("04-d", (path) => rm(join(path, "a.txt"))),
      await writes("05-e", { "fine.txt": "x" }),
    ];
    expect(await mergeAll(trunk, branches, "join")).toEqual({
      ok: false,
      conflicts: [
        { path: "a.txt", branches: ["01-a", "03-c"] },
        { path: "b.txt", branches: ["02-b", "03-c"] },
        { path: "a.txt", branches: ["01-a", "04-d"] },
      ],
    });
    expect(await user.git("rev-parse", "attractor/run/r1")).toBe(repo.head);
    expect(await inTrunk("a.txt")).toBe("a\n");
    expect(await clean()).toBe("");
  });

  it("R-FAN-6: tells two new files of one name, and names that hold anything", async () => {
    const name = 'new "ö"\n.txt';
    const [one, two] = [await writes("01-a", { [name]: "1\n" }), await writes("02-b", { [name]: "2\n" })];
    expect(await mergeAll(trunk, [one, two], "join")).toEqual({
      ok: false,
      conflicts: [{ path: name, branches: ["01-a", "02-b"] }],
    });
  });

  it("tells a conflict with the trunk's own work", async () => {
    await put(trunk.path, { "a.txt": "trunk\n" });
    await commitStage(trunk, "trunk", repo.head);
    const one = await writes("01-a", { "a.txt": "branch\n" });
    expect(await mergeAll(trunk, [one], "join")).toEqual({
      ok: false,
      conflicts: [{ path: "a.txt", branches: ["01-a"] }],
    });
  });

  it("does not overwrite a file that git does not track", async () => {
    const one = await writes("01-a", { "report.txt": "branch\n" });
    await put(trunk.path, { "report.txt": "left in the trunk's tree\n" });
    expect(await mergeAll(trunk, [one], "join")).toEqual({
      ok: false,
      conflicts: [{ path: "report.txt", branches: ["01-a"] }],
    });
    expect(await inTrunk("report.txt")).toBe("left in the trunk's tree\n");
  });

  it("needs no commit for branches that did nothing, or for none", async () => {
    expect(await mergeAll(trunk, [{ key: "01-a", commit: repo.head }], "join")).toEqual({
      ok: true,
      commit: repo.head,
    });
    expect(await mergeAll(trunk, [], "join")).toEqual({ ok: true, commit: repo.head });
  });

  it("takes many branches", async () => {
    const count = 12;
    const branches: BranchWork[] = [];
    for (let n = 0; n < count; n++) {
      const input = `commit refs/heads/x\nmark :1\ncommitter t <t@t> 1 +0000\ndata 1\nx\nfrom ${repo.head}\nM 100644 inline f${n}\ndata 1\n${n % 10}\nget-mark :1\n`;
      const { stdout } = await repo.git(["fast-import", "--quiet", "--force"], { input });
      branches.push({ key: `${n}`, commit: stdout.toString().trim() });
    }
    const merged = await mergeAll(trunk, branches, "join");
    expect(merged.ok).toBe(true);
    expect((await user.git("ls-tree", "--name-only", "attractor/run/r1")).split("\n")).toHaveLength(
      count + 4,
    );
  });
});

describe("work that was not merged", () => {
  it("R-FAN-6: stays reachable when its tree is gone and the repository is collected, join after join", async () => {
    const first = [await writes("01-a", { "lost-a.txt": "a" }), await writes("02-b", { "lost-b.txt": "b" })];
    const ref = "refs/attractor/r1/kept";
    await keepReachable(
      repo,
      ref,
      first.map((each) => each.commit),
    );
    // What git has packed it alone can move.
    await user.git("pack-refs", "--all", "--prune");
    const later = await writes("03-c", { "lost-c.txt": "c" });
    await keepReachable(repo, ref, [later.commit]);
    for (const key of ["01-a", "02-b", "03-c"])
      await removeWorktrees(repo, [worktreeAround(join(user.runFolder, key))!]);
    await user.git("reflog", "expire", "--expire=now", "--all");
    await user.git("gc", "--quiet", "--prune=now");
    for (const [n, { commit }] of [...first, later].entries())
      expect(await user.git("show", `${commit}:lost-${"abc"[n]}.txt`)).toBe("abc"[n]);
  });

  it("loses refs of its own, packed ones and such as are files, and no others", async () => {
    const refs = ["packed", "file", "stays"].map((name) => `refs/attractor/r1/${name}`);
    for (const ref of refs) await user.git("update-ref", ref, repo.head);
    await user.git("pack-refs", "--all", "--prune");
    await user.git("update-ref", refs[1]!, (await writes("01-a", { "a.txt": "x" })).commit);
    await user.git("update-ref", "refs/attractor/r1/new", repo.head);
    await dropRefs(repo, [refs[0]!, refs[1]!, "refs/attractor/r1/new", "refs/attractor/r1/none"]);
    expect(await user.git("for-each-ref", "--format=%(refname)", "refs/attractor")).toBe(refs[2]);
    await dropRefs(repo, []);
  });
});
