/** Whether bubblewrap can be had here: asked once, by doing it as a stage would. */
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { workUser } from "../../git/work-user.ts";
import { asStage } from "../as-stage.ts";
import { inWalls } from "./argv.ts";

export type Bubblewrap =
  | { readonly path: string }
  | { readonly missing: string /** It is there, and does not start. */; readonly installed: boolean };

const asked = new Map<string, Promise<Bubblewrap>>();

/** Within a job stages are another user, for whom the answer may be another. */
export function bubblewrap({ anew = false } = {}): Promise<Bubblewrap> {
  const key = String(workUser()?.uid ?? "");
  const known = (anew ? undefined : asked.get(key)) ?? probe();
  asked.set(key, known);
  return known;
}

async function probe(): Promise<Bubblewrap> {
  if (process.platform !== "linux")
    return { missing: `${process.platform} has no bubblewrap`, installed: false };
  const path = await find();
  if (path === null) return { missing: "bubblewrap is not installed", installed: false };
  const walls = { bwrap: path, mounts: [], cwd: "/", env: {}, network: false, endsWithParent: true };
  const { file, args } = inWalls(walls, "true", []);
  if ((await asStage(file, args)) !== null) return { path };
  const missing = "bubblewrap cannot start: the kernel or a security module lets it make no user namespace";
  return { missing, installed: true };
}

async function find(): Promise<string | null> {
  const folders = ["/usr/bin", "/usr/local/bin", "/bin", ...(process.env.PATH ?? "").split(delimiter)];
  for (const folder of folders.filter((each) => each.startsWith("/"))) {
    const path = join(folder, "bwrap");
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}
