import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LockedError, lockRunFolder, runFolderOwner } from "../../engine/ledger/lock.ts";
import { processStart } from "../../engine/ledger/process-identity.ts";
import { raceForLock } from "./races.ts";

const HOLDER = fileURLToPath(new URL("./lock-holder.ts", import.meta.url));

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** Another process that takes the lock and keeps it until it is killed. */
async function otherOwner(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, [HOLDER, folder]);
  children.push(child);
  await once(child.stdout!, "data");
  return child as ChildProcess & { pid: number };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function leaveLock(fields: Record<string, unknown>): Promise<void> {
  const owner = {
    run_id: "r",
    acquired_at: "2026-01-01T00:00:00.000Z",
    released: false,
    host: hostname(),
    ...fields,
  };
  await mkdir(join(folder, "lock"), { recursive: true });
  await writeFile(join(folder, "lock", "1.json"), JSON.stringify(owner));
}

describe("the lock of a run folder", () => {
  it("R-CKPT-8: names the live process that drives the folder, and how to go on", async () => {
    const owner = await otherOwner();
    const refusal = await lockRunFolder(folder, "run-1").catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LockedError);
    expect(refusal).toMatchObject({
      message: expect.stringContaining(`process ${owner.pid}`),
      fix: expect.stringContaining("attractor stop"),
      owner: { pid: owner.pid, run_id: "held" },
    });
    expect(await runFolderOwner(folder)).toMatchObject({ pid: owner.pid });
  });

  it("R-CKPT-8: takes over from an owner that was killed, and says from whom", async () => {
    const owner = await otherOwner();
    await killed(owner);
    expect(await runFolderOwner(folder)).toBeNull();
    const lock = await lockRunFolder(folder, "run-1");
    expect(lock.tookOverFrom).toMatchObject({ pid: owner.pid, released: false });
    expect(await runFolderOwner(folder)).toMatchObject({ pid: process.pid, run_id: "run-1" });
  });

  it("R-CKPT-8: recognises a pid that the system gave to another process", async () => {
    await leaveLock({ pid: process.pid, start: "another boot/17" });
    const lock = await lockRunFolder(folder, "run-1");
    expect(lock.tookOverFrom).toMatchObject({ start: "another boot/17" });
  });

  it("takes an owner for dead that is only a zombie", async () => {
    // The sleeping parent never asks after its child, so the child stays a zombie.
    const parent = spawn("sh", ["-c", "sh -c 'echo $$; read line' & exec sleep 1000"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    children.push(parent);
    const [printed] = (await once(parent.stdout!, "data")) as [Buffer];
    const pid = Number(printed.toString());
    process.kill(pid, "SIGKILL");
    while ((await processStart(pid)) !== null) await readdir(folder);
    expect(process.kill(pid, 0), "the pid is still there").toBe(true);
    await leaveLock({ pid, start: "x" });
    await lockRunFolder(folder, "run-1");
  });

  it("is refused to the process that has it already", async () => {
    await lockRunFolder(folder, "run-1");
    await expect(lockRunFolder(folder, "run-1")).rejects.toThrow(`process ${process.pid}`);
  });

  it("is free after release, with nobody to take over from", async () => {
    const lock = await lockRunFolder(folder, "run-1");
    await lock.release();
    expect(await runFolderOwner(folder)).toBeNull();
    expect((await lockRunFolder(folder, "run-2")).tookOverFrom).toBeNull();
    expect(await readdir(join(folder, "lock"))).toEqual(["2.json"]);
  });

  it("R-CKPT-8: of many that find the same dead owner, one becomes the next", async () => {
    await killed(await otherOwner());
    await raceForLock(folder, 5);
  });

  it("does not judge processes of another machine, and says what to remove", async () => {
    await leaveLock({ pid: 1, start: "x", host: "elsewhere" });
    await expect(lockRunFolder(folder, "run-1")).rejects.toMatchObject({
      message: expect.stringContaining("elsewhere"),
      fix: expect.stringContaining("1.json"),
    });
  });

  it("refuses a lock that it cannot read", async () => {
    await leaveLock({ pid: "none" });
    await expect(lockRunFolder(folder, "run-1")).rejects.toMatchObject({
      fix: expect.stringContaining("1.json"),
    });
  });
});

describe("which process a pid means", () => {
  it("is the same each time it is asked, with and without /proc, and nothing for a dead one", async () => {
    const child = spawn("sleep", ["1000"]);
    children.push(child);
    for (const proc of ["/proc", "/nowhere"]) {
      const start = await processStart(child.pid!, proc);
      expect(start).toMatch(/\d/);
      expect(await processStart(child.pid!, proc)).toBe(start);
      expect(await processStart(2 ** 22 + 1, proc)).toBeNull();
    }
    await killed(child);
    expect(await processStart(child.pid!)).toBeNull();
  });
});
