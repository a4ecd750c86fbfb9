/**
 * Stages run as a user of their own, who owns their trees and nothing else: not the driver's memory or environment, not
 * the job's files, no docker, no sudo (docs/protocol.md, "Trust on a runner"). Made once per job; nothing of it is left behind.
 */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { give, type WorkUser, withWorkUser } from "../../engine/git/work-user.ts";
import { inheritedEnv } from "../../engine/stages/inherit-env.ts";
import { controlGroups, type Groups } from "./cgroup.ts";
import { makeJobUser, removeJobUser } from "./job-user.ts";
import { closeMetadata } from "./metadata.ts";
import { NoStageUserError } from "./no-stage-user.ts";
import { sharedUser } from "./shared-user.ts";
import { SurvivorsError } from "./survivors.ts";
import { endAllOf } from "./user-processes.ts";

export interface StageUser extends WorkUser {
  /** A folder that the user can reach and not write: trees and logs lie in it. */
  readonly place: string;
  /** What a stage sees as its home, name and place for passing files. */
  readonly env: Readonly<Record<string, string>>;
  /** Throws when a process outlived what should have ended it: the job is over, and says which. */
  checkQuiet(): void;
  leave(): Promise<void>;
}

/** The process must be root by now; `become-root.ts` sees to that. `groups`: null does without them. */
export async function stageUser(makeGroups = controlGroups): Promise<StageUser> {
  if (process.platform !== "linux") throw new NoStageUserError(`this is ${process.platform}`);
  if (process.getuid?.() !== 0) throw new NoStageUserError("this process is not root");
  const { name, uid, gid } = await makeJobUser();
  const down = [setpriv(), `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--no-new-privs"];
  const command = [...down, "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--"];
  tried(command);
  const place = await mkdtemp(join(tmpdir(), "attractor-"));
  await chmod(place, 0o711);
  const home = join(place, "home");
  const tmp = join(place, "tmp");
  const env = { HOME: home, TMPDIR: tmp, USER: name, LOGNAME: name, SHELL: "/bin/bash" };
  const groups: Groups | null = makeGroups(name);
  const openMetadata = closeMetadata(uid);
  const alive: string[] = [];
  const noted = async (end: Promise<string | null>): Promise<string | null> => {
    const survivors = await end;
    if (survivors !== null) alive.push(survivors);
    return survivors;
  };
  const around = sharedUser(() => endAllOf(uid, command));
  const user: WorkUser = {
    ...{ uid, gid, home, command, inherited: inheritedEnv({ ...process.env, ...env }) },
    async enclose() {
      const one = groups === null ? await around() : groups.enclose();
      return { command: one.command, end: () => noted(one.end()) };
    },
  };
  for (const folder of [home, tmp]) {
    await mkdir(folder, { mode: 0o700 });
    await withWorkUser(user, () => give(folder));
  }
  const checkQuiet = () => {
    if (alive.length > 0) throw new SurvivorsError(alive);
  };
  return {
    ...user,
    place,
    env,
    checkQuiet,
    async leave() {
      await noted(endAllOf(uid, command));
      if (groups !== null) await noted(groups.end());
      // While something of the user lives, root deletes nothing where the user can write.
      checkQuiet();
      await rm(place, { recursive: true, force: true, maxRetries: 3 });
      openMetadata();
      removeJobUser(name);
    },
  };
}

/** By its whole name: what the stages' variables say of paths has no part in it. */
function setpriv(): string {
  try {
    return execFileSync("/bin/sh", ["-c", "command -v setpriv"], { encoding: "utf8" }).trim();
  } catch {
    throw new NoStageUserError("there is no setpriv (util-linux)");
  }
}

function tried([file = "", ...args]: readonly string[]): void {
  try {
    execFileSync(file, [...args, "true"], { stdio: "pipe" });
  } catch (error) {
    throw new NoStageUserError(`setpriv does not work: ${(error as Error).message}`);
  }
}
