/** Somebody like the user of a hosted runner: not root, and with sudo that asks for no password. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { onTestFinished } from "vitest";

export interface OrdinaryUser {
  readonly uid: number;
  readonly gid: number;
}

const NAME = "attractor-test-runner";
const SUDOERS = `/etc/sudoers.d/${NAME}`;

/** null where there can be none; the console then says that the test did not run. */
export function ordinaryUser(): OrdinaryUser | null {
  const uid = process.getuid?.() ?? 0;
  if (process.platform !== "linux" || !answers("sudo", "--version"))
    return notRun("there is no sudo on this machine");
  if (uid !== 0) {
    if (!answers("sudo", "-n", "true")) return notRun("sudo asks for a password here");
    return { uid, gid: process.getgid?.() ?? uid };
  }
  if (!answers("id", NAME)) execFileSync("useradd", ["--user-group", "--no-create-home", NAME]);
  writeFileSync(SUDOERS, `${NAME} ALL=(ALL) NOPASSWD:ALL\n`, { mode: 0o440 });
  onTestFinished(() => {
    rmSync(SUDOERS, { force: true });
    execFileSync("userdel", [NAME], { stdio: "ignore" });
  });
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((each) => each.startsWith(`${NAME}:`));
  const [, , user, group] = (line ?? "").split(":");
  return { uid: Number(user), gid: Number(group) };
}

function notRun(why: string): null {
  console.warn(`not run: this test needs an ordinary user with sudo, and ${why}`);
  return null;
}

function answers(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
