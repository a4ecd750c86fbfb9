import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitStage } from "../../engine/git/commit-stage.ts";
import { carryUntracked } from "../../engine/git/declared-files.ts";
import type { Worktree } from "../../engine/git/tree-handle.ts";
import type { WorkRepo } from "../../engine/git/work-repo.ts";
import { addBranchWorktree } from "../../engine/git/worktree.ts";
import { put, runTree, type UserRepo, userRepo } from "./user-repo.ts";

let user: UserRepo;
let repo: WorkRepo;
let trunk: Worktree;
let branch: Worktree;
beforeEach(async () => {
  user = await userRepo({ "a.txt": "a\n", ".gitignore": ".ai/\nnode_modules/\n.env*\nout/\n" });
  ({ repo, tree: trunk } = await runTree(user));
  branch = await addBranchWorktree(repo, join(user.runFolder, "01-a"), repo.head);
});
afterEach(() => user.close());

const inBranch = (path: string): Promise<string> => readFile(join(branch.path, path), "utf8");

describe("files that git does not carry", () => {
  it("R-FAN-12: travel with a branch when they were declared, and nothing else does", async () => {
    await put(trunk.path, {
      ".ai/runs/r1/plan.md": "plan",
      ".ai/notes.md": "notes",
      ".ai/status.json": "{}",
      ".ai/.env": "KEY=secret",
      ".ai/.ENV.local": "KEY=secret",
      "out/result.bin": "r",
      ".env": "KEY=secret",
      "node_modules/x/index.js": "x",
    });
    expect((await carryUntracked(trunk, branch, [".ai/**", "out/*.bin", "**/.env"])).sort()).toEqual([
      ".ai/notes.md",
      ".ai/runs/r1/plan.md",
      "out/result.bin",
    ]);
    expect(await inBranch(".ai/runs/r1/plan.md")).toBe("plan");
    for (const path of [".ai/status.json", ".ai/.env", ".env", "node_modules"])
      await expect(stat(join(branch.path, path)), path).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("do not travel when they are tracked: the commit has them", async () => {
    await put(trunk.path, { "notes/x.md": "x" });
    const { commit } = await commitStage(trunk, "x", repo.head);
    const other = await addBranchWorktree(repo, join(user.runFolder, "02-b"), commit);
    expect(await carryUntracked(trunk, other, ["notes/**"])).toEqual([]);
    expect(await readFile(join(other.path, "notes/x.md"), "utf8")).toBe("x");
  });

  it("are ordinary files: links and pipes stay where they are", async () => {
    await put(trunk.path, { ".ai/real.md": "x" });
    await symlink("/etc/passwd", join(trunk.path, ".ai", "link"));
    expect(await carryUntracked(trunk, branch, [".ai/**"])).toEqual([".ai/real.md"]);
  });

  it("R-FAN-12: never leave the branch's tree through a link that stands there", async () => {
    await put(trunk.path, { ".ai/x.md": "x" });
    const outside = join(user.root, "outside");
    await mkdir(outside);
    await symlink(outside, join(branch.path, ".ai"));
    await expect(carryUntracked(trunk, branch, [".ai/**"])).rejects.toMatchObject({
      message: expect.stringContaining(".ai/x.md would be written outside"),
    });
    await expect(stat(join(outside, "x.md"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("R-FAN-12: are refused with a clear error when they are too many or too large", async () => {
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`out/${n}`, ""]));
    await put(trunk.path, many);
    await expect(carryUntracked(trunk, branch, ["out/**"])).rejects.toMatchObject({
      message: expect.stringMatching(/out\/\*\* match 2001 files .* at most 2000 files/),
      fix: expect.stringContaining("commit them"),
    });
    await mkdir(join(trunk.path, ".ai"));
    await writeFile(join(trunk.path, ".ai", "big"), Buffer.alloc(33 * 1024 * 1024));
    await expect(carryUntracked(trunk, branch, [".ai/**"])).rejects.toThrow(".ai/big");
  });

  it("are not found outside the repository, whatever the pattern says", async () => {
    await put(user.runFolder, { "secret.md": "x" });
    expect(await carryUntracked(trunk, branch, ["../**", "/etc/*", ":(top)**", ""])).toEqual([]);
  });
});
