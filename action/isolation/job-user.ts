/**
 * A user of this job alone, with a number that no other has had: nothing that an earlier job left on the machine is its
 * own, and no name can be taken before it (docs/decisions/110).
 */
import { execFileSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { NoStageUserError } from "./no-stage-user.ts";

export interface JobUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const NAME = "attractor-stage-";

/** Numbers that systems give to nobody; within a container that maps few, those below the ones of services. */
const RANGES = [
  [1_900_000_000, 2_100_000_000],
  [30_000, 60_000],
] as const;

export async function makeJobUser(): Promise<JobUser> {
  for (const name of abandoned()) removeJobUser(name);
  const name = `${NAME}${randomBytes(4).toString("hex")}`;
  const id = String(freshId());
  await locked("groupadd", ["--gid", id, name], name);
  const options = ["--no-log-init", "--no-create-home", "--shell", "/bin/bash"];
  await locked(
    "useradd",
    [...options, "--uid", id, "--gid", id, "--comment", `${process.pid} ${begun(process.pid)}`, name],
    name,
  );
  const [, , uid, gid] = users().find(([known]) => known === name) ?? [];
  if (uid !== id || gid !== id) throw new NoStageUserError(`the user ${name} was made and is not there`);
  return { name, uid: Number(uid), gid: Number(gid) };
}

/** Its processes are over by now. What it left elsewhere on the machine keeps a number that nobody gets again. */
export function removeJobUser(name: string): void {
  for (const [file, ...args] of [
    ["userdel", "--force", name],
    ["groupdel", name],
  ] as const) {
    try {
      execFileSync(file, args, { stdio: "ignore" });
    } catch {
      // Gone with the other, or another job holds the lock: the next job takes it away.
    }
  }
}

/** Users of jobs whose driver was killed before it could take them away. */
const abandoned = (): string[] =>
  users().flatMap(([name = "", , , , comment = ""]) => {
    const [pid, since] = comment.split(" ");
    return name.startsWith(NAME) && since !== undefined && begun(Number(pid)) !== since ? [name] : [];
  });

const users = (): string[][] =>
  readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));

/** When a process began, in the kernel's ticks: with its id it names it for good. Empty when it is gone. */
function begun(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function freshId(): number {
  const taken = new Set(users().flatMap(([, , uid, gid]) => [uid, gid]));
  const mapped = readFileSync("/proc/self/uid_map", "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const range = RANGES.find(([from, to]) =>
    mapped.some(([first = 0, , count = 0]) => first <= from && first + count >= to),
  );
  if (range === undefined) throw new NoStageUserError("this container maps too few users");
  for (;;) {
    const id = randomInt(range[0], range[1]);
    if (!taken.has(String(id))) return id;
  }
}

/** They give up at once while another one holds the lock of the users' file. */
const LOCK_TRIES = 50;
const LOCK_MS = 100;

async function locked(file: string, args: readonly string[], name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      execFileSync(file, args, { stdio: "pipe" });
      return;
    } catch (error) {
      const { message } = error as Error;
      if (tries === LOCK_TRIES || !/cannot lock/.test(message))
        throw new NoStageUserError(`the user ${name} could not be made: ${message}`);
      await sleep(LOCK_MS);
    }
  }
}
