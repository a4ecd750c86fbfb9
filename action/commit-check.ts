/** Whether a leg's commit may be taken: it is where its ref says, follows the fan-out's base, and changes nothing forbidden. */
import { posix } from "node:path";
import { isAncestor, isOid } from "../engine/git/objects.ts";
import type { Git } from "../engine/git/process.ts";

const LINK = "120000";
const SUBMODULE = "160000";
const MOST_TARGET = 4_096;

/** Objects were checked by git when they came. `held`: what the leg's code ref holds. */
export async function commitProblem(
  git: Git,
  base: string | null,
  commit: string,
  held: string | null,
): Promise<string | null> {
  if (held === null) return `it names commit ${short(commit)}, but brought no work`;
  if (!isOid(commit) || !(await isAncestor(git, commit, held)))
    return `it names commit ${short(commit)} but its work is at ${short(held)}`;
  if (base === null) return null;
  if (!(await isAncestor(git, base, commit)))
    return `its work does not descend from ${short(base)}, where the branch began`;
  return await changeProblem(git, base, commit);
}

async function changeProblem(git: Git, base: string, commit: string): Promise<string | null> {
  const { stdout } = await git(["diff-tree", "-r", "-z", "--no-renames", base, commit]);
  const fields = stdout.toString("utf8").split("\0");
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, mode = "", , oid = "", change = ""] = fields[i]!.split(" ");
    const path = fields[i + 1]!;
    if (/^\.github\/workflows\//i.test(path))
      return `it changes ${shown(path)}: workflows are changed by people only`;
    if (change === "D") continue;
    if (mode === SUBMODULE) return `it adds the submodule ${shown(path)}`;
    if (mode === LINK && (await leadsOut(git, path, oid)))
      return `${shown(path)} is a link that leads out of the repository`;
  }
  return await twins(git, commit);
}

async function leadsOut(git: Git, path: string, oid: string): Promise<boolean> {
  const { stdout } = await git(["cat-file", "blob", oid]);
  const target = stdout.toString("utf8");
  if (target.length > MOST_TARGET || posix.isAbsolute(target)) return true;
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  return end === ".." || end.startsWith("../") || /(?:^|\/)\.git(?:\/|$)/i.test(end);
}

/** Two names that are one on a system that ignores case or composes letters. */
async function twins(git: Git, commit: string): Promise<string | null> {
  const { stdout } = await git(["ls-tree", "-r", "-z", "--name-only", commit]);
  const seen = new Map<string, string>();
  for (const path of stdout.toString("utf8").split("\0")) {
    const folded = path.normalize("NFC").toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined && other !== path)
      return `${shown(other)} and ${shown(path)} are one name on many systems`;
    seen.set(folded, path);
  }
  return null;
}

const short = (oid: string): string => oid.slice(0, 12);
const shown = (path: string): string => JSON.stringify(path.slice(0, 200));
