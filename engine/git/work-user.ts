/** Whose the trees of stages are. On a runner they belong to the stages' user, and git works in them as that user alone. */
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

let user: WorkUser | null = null;

/** For this process as a whole: no kind of stage, no backend and no git in a tree can forget it. Needs the right to become that user. */
export function workAs(other: WorkUser | null): void {
  user = other;
}

export const workUser = (): WorkUser | null => user;

const NOT_ENCLOSED: Enclosure = { command: [], end: async () => null };

/** On a laptop there is nobody to step down to, and nothing around a command. */
export const enclosed = async (): Promise<Enclosure> => (await user?.enclose()) ?? NOT_ENCLOSED;

/** A command as the user of the trees runs it. What is around it must be ended when it is over. */
export function steppedDown(
  file: string,
  args: readonly string[],
  { command }: Enclosure,
): { readonly file: string; readonly args: readonly string[] } {
  const [first, ...rest] = [...command, ...(user?.command ?? []), file, ...args];
  return { file: first as string, args: rest };
}

/** A small command that only the user of the trees may do there. Its end is no news: what it could not do is seen next. */
export async function asUser(file: string, args: readonly string[]): Promise<void> {
  if (user === null) return;
  const around = await enclosed();
  const run = steppedDown(file, args, around);
  await new Promise<void>((resolve) => {
    execFile(run.file, run.args, { env: user?.inherited, cwd: "/", timeout: LONGEST_MS }, () => resolve());
  });
  await around.end();
}

const LONGEST_MS = 10 * 60_000;

/** Hands a file or folder to the user of the trees; no stage may be able to move it. */
export async function give(path: string): Promise<void> {
  if (user) await lchown(path, user.uid, user.gid);
}

/** A folder that git will fill as that user. */
export async function giveFolder(path: string): Promise<void> {
  if (user === null) return;
  await mkdir(path, { recursive: true });
  await give(path);
}
