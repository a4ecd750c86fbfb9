/**
 * Whose the trees of stages are. On a runner they belong to the stages' user, and git works in them as that user alone. A
 * conductor names the user for all that it begins, and each command asks here: no stage, backend or git can leave it out.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { execFile } from "node:child_process";
import { lchown, mkdir } from "node:fs/promises";

/** Around one command of the user and all that it begins. */
export interface Enclosure {
  /** What brings the command in: stands before the step down to the user. */
  readonly command: readonly string[];
  /** Ends whatever still lives in it; says what does all the same, null when nothing does. */
  end(): Promise<string | null>;
}

export interface WorkUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** The step down: stands before every command, a stage's and git's alike. */
  readonly command: readonly string[];
  /** What every stage inherits, and git in its tree. */
  readonly inherited: Readonly<Record<string, string>>;
  readonly enclose: () => Promise<Enclosure>;
}

const users = new AsyncLocalStorage<WorkUser | null>();
/** From the first stages' user on. */
let isDriverApart = false;

/** `user` owns the trees for all that `work` begins, however deep; null: they are the driver's own. */
export function withWorkUser<T>(user: WorkUser | null, work: () => T): T {
  if (user !== null) isDriverApart = true;
  return users.run(user, work);
}

/** Null: the driver's own user, as on a laptop. */
export function workUser(): WorkUser | null {
  const user = users.getStore();
  // The driver may be root: what nobody named a user for must not run as the driver.
  if (user === undefined && isDriverApart)
    throw new Error("nobody said whose trees these are (withWorkUser)");
  return user ?? null;
}

const NOT_ENCLOSED: Enclosure = { command: [], end: async () => null };

/** On a laptop there is nobody to step down to, and nothing around a command. */
export const enclosed = async (): Promise<Enclosure> => (await workUser()?.enclose()) ?? NOT_ENCLOSED;

interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

/** A command as that user runs it. What is around it must be ended when it is over. */
export function commandAs(
  user: WorkUser | null,
  file: string,
  args: readonly string[],
  { command }: Enclosure,
): CommandLine {
  const [first, ...rest] = [...command, ...(user?.command ?? []), file, ...args];
  return { file: first as string, args: rest };
}

export const steppedDown = (file: string, args: readonly string[], around: Enclosure): CommandLine =>
  commandAs(workUser(), file, args, around);

/** A small command that only the user of the trees may do there. Its end is no news: what it could not do is seen next. */
export async function asUser(file: string, args: readonly string[]): Promise<void> {
  const user = workUser();
  if (user === null) return;
  const around = await user.enclose();
  const run = commandAs(user, file, args, around);
  await new Promise<void>((resolve) => {
    execFile(run.file, run.args, { env: user.inherited, cwd: "/", timeout: LONGEST_MS }, () => resolve());
  });
  await around.end();
}

const LONGEST_MS = 10 * 60_000;

/** Hands a file or folder to the user of the trees; no stage may be able to move it. */
export async function give(path: string): Promise<void> {
  const user = workUser();
  if (user) await lchown(path, user.uid, user.gid);
}

/** A folder that git will fill as that user. */
export async function giveFolder(path: string): Promise<void> {
  if (workUser() === null) return;
  await mkdir(path, { recursive: true });
  await give(path);
}
