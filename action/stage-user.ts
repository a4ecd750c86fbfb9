/**
 * Stages run as a user of their own, who owns their trees and nothing else: not the driver's memory or environment, not
 * the job's files, no docker, no sudo (PROTOCOL.md, "Trust on a runner"). Made once per job; nothing of it is left behind.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { give, type WorkUser, workAs } from "../engine/git/work-user.ts";
import { launchStagesBy } from "../engine/stages/launcher.ts";
import { processIds, readProc } from "../engine/stages/proc.ts";
import { NoStageUserError } from "./no-stage-user.ts";

/** Jobs on one machine must not share a user: each would end the other's processes. */
const MOST_JOBS = 64;
const nameOf = (job: number): string => (job === 1 ? "attractor-stage" : `attractor-stage-${job}`);

export interface StageUser extends WorkUser {
  /** A folder that the user can reach and not write: trees and logs lie in it. */
  readonly place: string;
  /** What a stage sees as its home, name and place for passing files. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends every process of the user, whatever group or session it moved to. */
  killAll(): void;
  leave(): Promise<void>;
}

/** The process must be root by now; `become-root.ts` sees to that. */
export async function stageUser(): Promise<StageUser> {
  if (process.platform !== "linux") throw new NoStageUserError(`this is ${process.platform}`);
  if (process.getuid?.() !== 0) throw new NoStageUserError("this process is not root");
  const name = await unused();
  const { uid, gid } = ids(name) ?? (await made(name));
  if (uid === 0 || gid === 0) throw new NoStageUserError(`the user ${name} is root`);
  const down = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--no-new-privs"];
  const command = [...down, "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--"];
  tried(command);
  const place = await mkdtemp(join(tmpdir(), "attractor-"));
  await chmod(place, 0o711);
  const home = join(place, "home");
  const tmp = join(place, "tmp");
  const user = { uid, gid, home };
  workAs(user);
  launchStagesBy(command);
  for (const folder of [home, tmp]) {
    await mkdir(folder, { mode: 0o700 });
    await give(folder);
  }
  return {
    ...user,
    place,
    env: { HOME: home, TMPDIR: tmp, USER: name, LOGNAME: name, SHELL: "/bin/bash" },
    killAll: () => killAllOf(uid),
    async leave() {
      killAllOf(uid);
      await rm(place, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** A name that is this process's until it ends: sockets without a file vanish with their process, however it ends. */
async function unused(): Promise<string> {
  for (let job = 1; job <= MOST_JOBS; job++) {
    const name = nameOf(job);
    const server = createServer().unref();
    const mine = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(`\0${name}`, () => resolve(true));
    });
    if (mine) return name;
  }
  throw new NoStageUserError(`${MOST_JOBS} jobs run on this machine already`);
}

function ids(name: string): { uid: number; gid: number } | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** `useradd` gives up at once while another one holds the lock of the users' file. */
const LOCK_TRIES = 50;
const LOCK_MS = 100;

async function made(name: string): Promise<{ uid: number; gid: number }> {
  for (let tries = 1; ; tries++) {
    try {
      const options = ["--system", "--user-group", "--no-create-home", "--shell", "/bin/bash"];
      execFileSync("useradd", [...options, name], { stdio: "pipe" });
      break;
    } catch (error) {
      const { message } = error as Error;
      if (tries === LOCK_TRIES || !/cannot lock/.test(message)) {
        throw new NoStageUserError(`the user ${name} could not be made: ${message}`);
      }
      await sleep(LOCK_MS);
    }
  }
  const found = ids(name);
  if (!found) throw new NoStageUserError(`the user ${name} was made and is not there`);
  return found;
}

function tried([file = "", ...args]: readonly string[]): void {
  try {
    execFileSync(file, [...args, "true"], { stdio: "pipe" });
  } catch (error) {
    throw new NoStageUserError(`setpriv does not work: ${(error as Error).message}`);
  }
}

/**
 * Until none is left: one may start another between the look and the kill. What this process began itself is git at
 * work on a tree, another branch's perhaps, and lives; a stage's own process has ended by now and left orphans only.
 */
function killAllOf(uid: number): void {
  for (let round = 0; round < 20; round++) {
    const found = processIds().filter((pid) => isOf(pid, uid) && !isOurs(pid));
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone meanwhile.
      }
    }
  }
}

function isOf(pid: number, uid: number): boolean {
  const status = readProc(pid, "status");
  return !/^State:\s+[ZX]/m.test(status) && new RegExp(`^Uid:\\s+${uid}\\s`, "m").test(status);
}

/** Whether its line of parents leads here. */
function isOurs(pid: number): boolean {
  for (let at = pid; at > 0; at = Number(/^PPid:\s+(\d+)/m.exec(readProc(at, "status"))?.[1] ?? 0)) {
    if (at === process.pid) return true;
  }
  return false;
}
