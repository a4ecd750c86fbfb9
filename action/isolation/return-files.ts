/**
 * A driver that went by sudo leaves its user nothing that is root's: the next steps upload the results, and a runner that
 * is used again empties the folder.
 */
import { lchown, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { driverFolder } from "../hop/remote.ts";
import { resultFolder } from "../output/result-folder.ts";

type Place = { readonly temp: string };

export async function returnFiles(job: Place, env: NodeJS.ProcessEnv): Promise<void> {
  const [uid, gid] = [Number(env.SUDO_UID ?? 0), Number(env.SUDO_GID ?? 0)];
  if (process.getuid?.() !== 0 || !(uid > 0 && gid > 0)) return;
  await rm(driverFolder(job), { recursive: true, force: true });
  const folder = resultFolder(job);
  const inside = await readdir(folder, { recursive: true }).catch(() => null);
  if (inside === null) return;
  // Nobody but the driver has written there; what is below it is given first all the same.
  for (const name of [...inside.reverse(), ""]) await lchown(join(folder, name), uid, gid);
}
