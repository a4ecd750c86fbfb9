import type * as fs from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { writeFileAtomic, writeJsonAtomic } from "../../engine/ledger/atomic.ts";
import { faults, step } from "./faulty-fs.ts";

vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  const folders = new Set<number>();
  const named = (name: string, fd: number) => (folders.has(fd) ? `${name} folder` : name);
  const fsync = async (fd: number) => {
    step(named("sync", fd));
    real.fsyncSync(fd);
  };
  return {
    ...real,
    openSync: (path: string, flags: string) => {
      const folder = flags === "r";
      step(folder ? "open folder" : "open");
      const fd = real.openSync(path, flags);
      if (folder) folders.add(fd);
      return fd;
    },
    writeFileSync: (fd: number, data: string) => {
      real.writeFileSync(fd, data.slice(0, data.length / 2));
      step("write");
      real.writeFileSync(fd, data.slice(data.length / 2));
    },
    fsync: Object.assign(() => undefined, { [Symbol.for("nodejs.util.promisify.custom")]: fsync }),
    closeSync: (fd: number) => {
      const name = named("close", fd);
      folders.delete(fd);
      real.closeSync(fd);
      step(name);
    },
    renameSync: (from: string, to: string) => {
      step("rename");
      real.renameSync(from, to);
    },
  };
});

const OLD = { version: "old" };
const NEW = { version: "new", text: "x".repeat(5000) };

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atomic-"));
  path = join(folder, "final.json");
  await writeJsonAtomic(path, OLD);
  faults.steps = [];
});
afterEach(async () => {
  faults.next = null;
  await rm(folder, { recursive: true });
});

const content = async (): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

describe("writing a whole file", () => {
  it("R-LIFE-4: writes beside the file, syncs it, renames it, and syncs the folder, in this order", async () => {
    await writeJsonAtomic(path, NEW);
    expect(faults.steps).toEqual([
      ...["open", "write", "sync", "close", "rename"],
      ...["open folder", "sync folder", "close folder"],
    ]);
    expect(await content()).toEqual(NEW);
    expect(await readdir(folder)).toEqual(["final.json"]);
  });

  it.each(["open", "write", "sync", "close", "rename"])(
    "R-LIFE-4: keeps the old file and leaves nothing else when %s fails",
    async (failing) => {
      faults.next = { step: failing, code: "ENOSPC" };
      await expect(writeJsonAtomic(path, NEW)).rejects.toMatchObject({
        code: "write_failed",
        message: expect.stringMatching(/cannot write .*final\.json: ENOSPC/),
        fix: expect.stringContaining("free some space"),
      });
      expect(await content()).toEqual(OLD);
      expect(await readdir(folder)).toEqual(["final.json"]);
    },
  );

  it.each(["open folder", "sync folder", "close folder"])(
    "R-LIFE-4: tells that %s failed, with the new file whole in place",
    async (failing) => {
      faults.next = { step: failing, code: "EIO" };
      await expect(writeJsonAtomic(path, NEW)).rejects.toMatchObject({ code: "write_failed" });
      expect(await content()).toEqual(NEW);
    },
  );

  it("names path and fix when the disk is read-only", async () => {
    faults.next = { step: "open", code: "EROFS" };
    await expect(writeFileAtomic(path, "x")).rejects.toMatchObject({
      fix: expect.stringContaining("can be written"),
    });
  });
});
