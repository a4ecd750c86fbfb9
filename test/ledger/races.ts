/** Kills and races, as many as the caller has time for. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { writeJsonAtomic } from "../../engine/ledger/atomic.ts";
import { fileLedger } from "../../engine/ledger/file-ledger.ts";
import { LockedError, lockRunFolder } from "../../engine/ledger/lock.ts";
import { event } from "./contract.ts";
import { type GitRun, TRUNK } from "./git-ledger-kit.ts";

const WRITER = fileURLToPath(new URL("./endless-writer.ts", import.meta.url));
const APPENDER = fileURLToPath(new URL("./endless-appender.ts", import.meta.url));

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "races-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const killed = async (child: ChildProcess): Promise<void> => {
  child.kill("SIGKILL");
  await once(child, "exit");
};

/** A process that replaces one file for ever is killed; the file must be one whole version. */
export const killWhileReplacing = (kills: number): Promise<void> =>
  inFolder(async (folder) => {
    const path = join(folder, "final.json");
    await writeJsonAtomic(path, { version: 0, text: "" });
    for (let kill = 0; kill < kills; kill++) {
      const writer = spawn(process.execPath, [WRITER, path]);
      await once(writer.stdout, "data");
      // A while that no clock measures: so many disk operations of our own.
      for (let n = 0; n < (kill * 37) % 11; n++) await readdir(folder);
      await killed(writer);
      const { version, text } = JSON.parse(await readFile(path, "utf8")) as { version: number; text: string };
      expect(text).toBe(String(version).repeat(20_000));
    }
  });

/** A process that appends for ever is killed; the log must read, and hold all that it acknowledged. */
export const killWhileAppending = (kills: number): Promise<void> =>
  inFolder(async (folder) => {
    for (let kill = 0; kill < kills; kill++) {
      const path = join(folder, `${kill}.ndjson`);
      const writer = spawn(process.execPath, [APPENDER, path]);
      let acknowledged = 0;
      writer.stdout.on("data", (chunk: Buffer) => {
        acknowledged = Number(chunk.toString().trim().split("\n").at(-1));
        if (acknowledged > (kill * 13) % 40) writer.kill("SIGKILL");
      });
      await once(writer, "close");
      const { events } = await fileLedger(path, "run-1").read();
      expect(events.length).toBeGreaterThanOrEqual(acknowledged);
    }
  });

/** Many ask for the lock at once, again and again; one gets it, the others are told by whom. */
export async function raceForLock(folder: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const ends = await Promise.allSettled(Array.from({ length: 12 }, () => lockRunFolder(folder, "run-1")));
    const won = ends.filter((end) => end.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const end of ends) if (end.status === "rejected") expect(end.reason).toBeInstanceOf(LockedError);
    await won[0]!.value.release();
  }
}

/** Writers on machines of their own append until they are through; each event must stand once, in one line of history. */
export async function contend({ another, events, server }: GitRun, writers: number): Promise<void> {
  const names = Array.from({ length: writers }, (_, n) => `writer_${n}`);
  await Promise.all(
    names.map(async (name) => {
      const ledger = await another();
      for (let done = false; !done; ) {
        const { tip } = await ledger.read();
        done = (await ledger.append(tip, [event(name)])).ok;
      }
    }),
  );
  expect((await events()).slice(1).sort()).toEqual(names.sort());
  expect(await server("rev-list", "--count", TRUNK)).toBe(String(writers + 1));
  expect(await server("rev-list", "--count", "--merges", TRUNK)).toBe("0");
}
