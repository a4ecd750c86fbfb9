import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitStage } from "../../engine/git/commit-stage.ts";
import { branchRef, codeRef, legName, openRef, runBranch, trunkRef } from "../../engine/git/names.ts";
import type { Worktree } from "../../engine/git/tree-handle.ts";
import type { WorkRepo } from "../../engine/git/work-repo.ts";
import { git } from "../git/git-world.ts";
import { runTree, type UserRepo, userRepo } from "../git/user-repo.ts";

let user: UserRepo;
let repo: WorkRepo;
let tree: Worktree;
beforeEach(async () => {
  user = await userRepo();
  ({ repo, tree } = await runTree(user));
});
afterEach(() => user.close());

describe("what a stage does to git in its tree", () => {
  it.each([
    ["a pipe", async (path: string) => void (await execa("mkfifo", [path]))],
    ["a link to itself", (path: string) => symlink(path, path)],
    ["a folder", (path: string) => mkdir(join(path, "deep"), { recursive: true })],
    ["a link to a device", (path: string) => symlink("/dev/zero", path)],
  ])("R-CKPT-7: %s in the place of .git holds nobody, and the work is committed", async (_what, put) => {
    await rm(join(tree.path, ".git"));
    await put(join(tree.path, ".git"));
    await writeFile(join(tree.path, "new.txt"), "x");
    const { commit } = await commitStage(tree, "stage", repo.head);
    expect(await user.git("show", `${commit}:new.txt`)).toBe("x");
  });

  it("R-GH-9: nothing is written through a link that stands in the place of .git", async () => {
    const victim = join(user.root, "victim");
    await writeFile(victim, "before");
    await rm(join(tree.path, ".git"));
    await symlink(victim, join(tree.path, ".git"));
    await commitStage(tree, "stage", repo.head);
    expect(await readFile(victim, "utf8")).toBe("before");
  });

  it("R-CKPT-7: settings that name programs run none of them when the engine commits", async () => {
    const mark = join(user.root, "ran");
    const program = join(user.root, "program.sh");
    await writeFile(program, `#!/bin/sh\necho "$0 $*" >> ${mark}\n`, { mode: 0o755 });
    const hooks = join(user.root, "hooks");
    await mkdir(hooks);
    for (const hook of [
      "pre-commit",
      "post-commit",
      "post-index-change",
      "reference-transaction",
      "commit-msg",
    ])
      await writeFile(join(hooks, hook), `#!/bin/sh\necho ${hook} >> ${mark}\n`, { mode: 0o755 });
    for (const [key, value] of [
      ["core.hooksPath", hooks],
      ["core.fsmonitor", program],
      ["core.pager", program],
      ["core.editor", program],
      ["core.sshCommand", program],
      ["gpg.program", program],
      ["commit.gpgSign", "true"],
      ["diff.external", program],
      ["gc.auto", "1"],
    ])
      await git(tree.path, "config", key!, value!);
    await writeFile(join(tree.path, "new.txt"), "x");
    await commitStage(tree, "stage", repo.head);
    await expect(readFile(mark, "utf8")).rejects.toThrow("ENOENT");
  });
});

describe("names from outside", () => {
  const hostile = [
    "../../heads/main",
    "a/../../b",
    "x\n\0y",
    "-rf",
    "refs/heads/main",
    "a b~^:?*[\\",
    "..",
    ".lock",
    "@{u}",
    "é".repeat(500),
    "::set-output name=a::b",
    "<script>",
  ];
  it.each(hostile)("R-CKPT-6: %j stays inside the run's own refs", async (name) => {
    const refs = [
      trunkRef("refs/attractor", name),
      codeRef("refs/attractor", name),
      openRef("refs/attractor", name),
      branchRef("refs/attractor", name, { fan: name, visit: 1, index: 0, key: name, epoch: 1, attempt: 1 }),
      `refs/heads/${runBranch("attractor/run", name)}`,
    ];
    for (const ref of refs) {
      expect(ref).toMatch(/^refs\/(?:attractor|heads\/attractor\/run)\/[a-z0-9_-]+(?:\/[a-z0-9_-]+)*$/);
      await git(user.dir, "check-ref-format", ref);
    }
    expect(legName({ index: 0, key: name })).toMatch(/^01-[0-9a-f]{8}$/);
  });

  it("R-CKPT-6: a name of a hundred thousand marks is made safe as fast as any other", () => {
    expect(runBranch("attractor/run", `a${"-".repeat(300_000)}b${"_".repeat(300_000)}c`).length).toBeLessThan(
      80,
    );
  });
});
