/** What lies in a tree on disk. No link is followed and nothing is opened: a stage may have made all of it. */
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";

/** `other`: a pipe, a device, or what cannot be looked at. */
export type FoundEntry =
  | { readonly kind: "file"; readonly bytes: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "other" };

/** Nobody's instructions are as many; a tree with more was made to keep us busy. */
const MOST_FOUND = 20_000;
const ABSENT = new Set(["ENOENT", "ENOTDIR"]);
/** Installed packages bring files of such names that are nobody's instructions. */
const PASSED_OVER = new Set([".git", "node_modules"]);

/** Every file at or below `paths`; of a path that leads through a link, the link. */
export async function foundBelow(root: string, paths: readonly string[]): Promise<Map<string, FoundEntry>> {
  const found = new Map<string, FoundEntry>();
  for (const path of paths) {
    const parts = path.split("/");
    for (let n = 1; n <= parts.length; n++) {
      const at = parts.slice(0, n).join("/");
      const kind = await lookAt(root, at, found);
      if (kind !== "folder") break;
      if (n === parts.length) await below(root, at, found);
    }
  }
  return found;
}

async function below(root: string, folder: string, found: Map<string, FoundEntry>): Promise<void> {
  const names = await readdir(join(root, folder)).catch(() => null);
  if (names === null) found.set(folder, { kind: "other" });
  for (const name of names ?? []) {
    if (found.size > MOST_FOUND) return;
    const path = `${folder}/${name}`;
    if ((await lookAt(root, path, found)) === "folder") await below(root, path, found);
  }
}

async function lookAt(
  root: string,
  path: string,
  found: Map<string, FoundEntry>,
): Promise<"folder" | "no folder"> {
  try {
    const full = join(root, path);
    const stat = await lstat(full);
    if (stat.isDirectory()) return "folder";
    if (stat.isFile()) found.set(path, { kind: "file", bytes: stat.size });
    else if (stat.isSymbolicLink()) found.set(path, { kind: "link", target: await readlink(full) });
    else found.set(path, { kind: "other" });
  } catch (error) {
    if (!ABSENT.has((error as NodeJS.ErrnoException).code ?? "")) found.set(path, { kind: "other" });
  }
  return "no folder";
}

/** Paths of what has one of these names, in whatever case. */
export async function namedBelow(root: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const found: string[] = [];
  const folders = [""];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const entries = await readdir(join(root, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (wanted.has(entry.name.toLowerCase())) found.push(path);
      else if (entry.isDirectory() && !PASSED_OVER.has(entry.name)) folders.push(path);
    }
    if (found.length > MOST_FOUND) break;
  }
  return found;
}
