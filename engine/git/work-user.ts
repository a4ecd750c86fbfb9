/** Whose the trees of stages are. On a runner they belong to the stages' user, and git works in them as that user alone. */
import { chown, mkdir } from "node:fs/promises";

export interface WorkUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

let user: WorkUser | null = null;

/** For this process as a whole. Needs the right to become that user. */
export function workAs(other: WorkUser): void {
  user = other;
}

export const workUser = (): WorkUser | null => user;

/** Hands a file or folder to the user of the trees; it must not be a link. */
export async function give(path: string): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
}

/** A folder that git will fill as that user. */
export async function giveFolder(path: string): Promise<void> {
  if (user === null) return;
  await mkdir(path, { recursive: true });
  await give(path);
}
