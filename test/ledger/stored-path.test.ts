import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutsideRunFolderError, storedPath, usePath } from "../../engine/ledger/stored-path.ts";

let root: string;
let run: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "paths-"));
  run = join(root, "run");
  await mkdir(join(run, "a", "v1-a1"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

describe("paths in a log", () => {
  it("R-CKPT-5: are stored relative to the run folder and found again after the folder moved", async () => {
    const stored = storedPath(run, join(run, "a", "v1-a1", "status.json"));
    expect(stored).toBe("a/v1-a1/status.json");
    const moved = join(root, "moved");
    await rename(run, moved);
    expect(await usePath(moved, stored)).toBe(join(moved, "a", "v1-a1", "status.json"));
  });

  it("R-CKPT-5: are absolute at use, whether or not they exist yet", async () => {
    expect(await usePath(run, "a/v9-a1/later.txt")).toBe(join(run, "a", "v9-a1", "later.txt"));
    expect(await usePath(run, "")).toBe(run);
    expect(await usePath(run, "..a/b")).toBe(join(run, "..a", "b"));
  });

  it.each(["../x", "a/../../x", "/etc/passwd", "..", "C:\\x", "C:x", "a\\..\\..\\x", "a\0b"])(
    "R-CKPT-5: refuse %j at use",
    async (path) => {
      await expect(usePath(run, path)).rejects.toBeInstanceOf(OutsideRunFolderError);
    },
  );

  it.each(["../x", "a/v1-a1/../../../x", "a/status.json"])(
    "R-CKPT-5: are not stored for %j outside or relative",
    (path) => {
      const absolute = path === "a/status.json" ? path : join(run, path);
      expect(() => storedPath(run, absolute)).toThrow(OutsideRunFolderError);
    },
  );

  it("R-CKPT-5: are refused when a link in the run folder leads out, to something or to nothing", async () => {
    await writeFile(join(root, "secret"), "x");
    await symlink(join(root, "secret"), join(run, "file"));
    await symlink(root, join(run, "folder"));
    await symlink(join(root, "not-yet"), join(run, "dangling"));
    for (const path of ["file", "folder/secret", "folder/new", "dangling", "dangling/x"])
      await expect(usePath(run, path), path).rejects.toBeInstanceOf(OutsideRunFolderError);
  });

  it("may go through a link that stays inside, and through a run folder that is itself behind a link", async () => {
    await symlink(join(run, "a"), join(run, "latest"));
    expect(await usePath(run, "latest/v1-a1")).toBe(join(run, "latest", "v1-a1"));
    await symlink(run, join(root, "alias"));
    expect(await usePath(join(root, "alias"), "a/v1-a1")).toBe(join(root, "alias", "a", "v1-a1"));
  });
});
