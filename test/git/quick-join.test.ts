/** Branch work that is brought together without git is found in order by git, and left to git where git alone can do it. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Config } from "../../engine/config/schema.ts";
import { openWorkspaces } from "../../engine/local/git-workspaces.ts";
import type { Workspaces } from "../../engine/local/workspaces.ts";
import { type UserRepo, userRepo } from "./user-repo.ts";

let user: UserRepo;
let spaces: Workspaces;
let base: string;
beforeEach(async () => {
  user = await userRepo({ "a.txt": "a\n" });
  base = await user.git("rev-parse", "HEAD");
  const config = Config.parse({});
  spaces = await openWorkspaces({ root: user.runFolder, runId: "r1", workdir: user.dir, config, exempt: [] });
});
afterEach(async () => {
  await spaces.close();
  await user.close();
});

const KEYS = ["f/1/01-a", "f/1/02-b", "f/1/03-c"];

async function work(key: string, file: string | null): Promise<{ key: string; commit: string }> {
  const path = await spaces.tree(key, base);
  if (file !== null) await writeFile(join(path, file), key);
  return { key, commit: (await spaces.commit(key, key, base))!.commit };
}

async function expectInOrder(kept: readonly string[]): Promise<void> {
  expect(await user.git("fsck", "--strict", "--no-dangling")).toBe("");
  expect(await user.git("for-each-ref", "--format=%(refname)", "refs/attractor")).toBe(
    "refs/attractor/r1/kept",
  );
  expect((await user.git("log", "-1", "--format=%P", "refs/attractor/r1/kept")).split(" ")).toEqual(kept);
  expect(await user.git("log", "-1", "--format=%T|%an|%B", "refs/attractor/r1/kept")).toBe(
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904|attractor|Keep the work of joined branches reachable",
  );
  expect(await user.git("worktree", "list", "--porcelain")).not.toContain("detached");
  expect(await user.git("worktree", "prune", "--dry-run", "--verbose")).toBe("");
}

const trunkIs = async (commit: string): Promise<void> => {
  expect(await user.git("rev-parse", "attractor/run/r1")).toBe(commit);
  const trunk = await spaces.tree("", null);
  expect(await user.git("-C", trunk, "--no-optional-locks", "status", "--porcelain")).toBe("");
};

describe("joining branches", () => {
  it("R-FAN-6: that changed nothing moves the trunk and leaves one ref, again and again", async () => {
    const first = [await work(KEYS[0]!, null), await work(KEYS[1]!, null)];
    expect(await spaces.merge("", "winner", first, KEYS[0]!)).toMatchObject({
      ok: true,
      commit: first[0]!.commit,
    });
    await expectInOrder(first.map(({ commit }) => commit));
    await trunkIs(first[0]!.commit);
    expect(await user.git("reflog", "-1", "--format=%gs", "attractor/run/r1")).toMatch(
      /^merge .*: Fast-forward$/,
    );
    const before = await user.git("rev-parse", "refs/attractor/r1/kept");
    const second = await work(KEYS[2]!, null);
    await spaces.merge("", "none", [second], KEYS[2]!);
    await expectInOrder([before, second.commit]);
  });

  it("R-FAN-6: that changed files brings the winner's", async () => {
    const both = [await work(KEYS[0]!, "one"), await work(KEYS[1]!, "two")];
    await spaces.merge("", "winner", both, KEYS[1]!);
    await expectInOrder(both.map(({ commit }) => commit));
    await trunkIs(both[1]!.commit);
    const trunk = await spaces.tree("", null);
    expect([existsSync(join(trunk, "one")), existsSync(join(trunk, "two"))]).toEqual([false, true]);
  });

  it("R-FAN-6: whose refs and commits are packed is left to git", async () => {
    const both = [await work(KEYS[0]!, "one"), await work(KEYS[1]!, null)];
    await user.git("pack-refs", "--all", "--prune");
    await user.git("repack", "-adq");
    await user.git("prune-packed");
    await spaces.merge("", "all", both, KEYS[0]!);
    await expectInOrder(both.map(({ commit }) => commit));
    const [, ...parents] = (await user.git("log", "-1", "--format=%H %P", "attractor/run/r1")).split(" ");
    expect(parents).toEqual(expect.arrayContaining([both[1]!.commit]));
  });

  it("R-FAN-6: a tree that somebody locked stays on the list", async () => {
    const one = await work(KEYS[0]!, null);
    const path = await spaces.tree(KEYS[0]!, base);
    await user.git("worktree", "lock", path);
    await spaces.merge("", "none", [one], KEYS[0]!);
    expect(await user.git("worktree", "list", "--porcelain")).toContain("locked");
  });
});
