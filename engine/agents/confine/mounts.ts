/** What lies where within: little to write, keys and sockets gone, everything else to read. */
import { lstat, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, join, sep } from "node:path";
import type { Worktree } from "../../git/tree-handle.ts";
import type { Mount } from "./argv.ts";
import { CACHE_VARIABLES, CACHES, isHidden, OF_SOCKETS, PRIVATE, SOCKETS } from "./places.ts";

export interface Within {
  /** Where the commands begin. */
  readonly worktree: string;
  /** The tree around it as the run made it; null: the folder stands alone. */
  readonly tree: Pick<Worktree, "path" | "gitDir" | "commonDir" | "branch"> | null;
  readonly logsRoot: string;
  /** Of the stage. */
  readonly env: Readonly<Record<string, string>>;
  /** The home belongs to this run's stages alone. */
  readonly ownHome: boolean;
  /** A new folder, which is `/tmp` within. */
  readonly tmp: string;
  /** Further places that may be written. */
  readonly write: readonly string[];
}

export interface Laid {
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string | null>>;
}

export async function mountsFor(within: Within): Promise<Laid> {
  const { worktree, tree, logsRoot, tmp, ownHome } = within;
  const home = await there(within.env.HOME);
  const caches = await cachesOf(within, home);
  const mounts: Mount[] = [
    ...(await socketsGone()),
    { as: "write", path: "/tmp", from: tmp },
    { as: "write", path: "/var/tmp", from: tmp },
    ...(home === null ? [] : ownHome ? write([home]) : await hidden(home, PRIVATE)),
    ...(tree === null || ownHome ? [] : await hidden(dirname(tree.commonDir), LOCAL_KEYS)),
    ...read(await all(programsIn(within.env.PATH))),
    ...write(caches.folders),
    ...read(await all([logsRoot])),
    ...(await hidden(logsRoot, ["sessions"])),
    ...(tree === null ? [] : await gitMounts(tree, ownHome)),
    ...write(await all([tree?.path ?? worktree, ...within.write])),
  ];
  return { mounts, env: { ...TEMP, XDG_RUNTIME_DIR: null, ...caches.env } };
}

const TEMP = { TMPDIR: "/tmp", TMP: "/tmp", TEMP: "/tmp" };
const programsIn = (path = ""): string[] => path.split(delimiter).filter(isHidden);

/** Beside the user's own checkout, and in no worktree of it. */
const LOCAL_KEYS = [".env", ".env.local"];

const read = (paths: readonly string[]): Mount[] => paths.map((path) => ({ as: "read", path }));
const write = (paths: readonly string[]): Mount[] => paths.map((path) => ({ as: "write", path }));

/** Without links in it; null when it is not there. */
const there = async (path: string | undefined): Promise<string | null> =>
  path === undefined || path === "" ? null : await realpath(path).catch(() => null);

const all = async (paths: readonly string[]): Promise<string[]> =>
  (await Promise.all(paths.map(there))).filter((path) => path !== null);

async function hidden(folder: string, names: readonly string[]): Promise<Mount[]> {
  const found = await Promise.all(
    names.map(async (name): Promise<Mount[]> => {
      const path = await there(join(folder, name));
      if (path === null) return [];
      return [{ as: (await stat(path)).isDirectory() ? "no folder" : "no file", path }];
    }),
  );
  return found.flat();
}

async function socketsGone(): Promise<Mount[]> {
  const folders = await all([SOCKETS, "/var/run"]);
  const inside = await all(OF_SOCKETS);
  return [
    ...[...new Set(folders)].map((path): Mount => ({ as: "no folder", path })),
    ...read(inside.filter((path) => path.startsWith(`${SOCKETS}${sep}`))),
  ];
}

async function cachesOf({ env, ownHome }: Within, home: string | null) {
  const named = await all(CACHE_VARIABLES.flatMap((name) => env[name] ?? []));
  if (home === null || ownHome) return { folders: named, env: {} };
  const folders = [...named];
  const elsewhere: Record<string, string> = {};
  for (const { path, variable } of CACHES) {
    const found = await there(join(home, path));
    if (found !== null) folders.push(found);
    else if (variable !== undefined && env[variable] === undefined)
      elsewhere[variable] = `/tmp/.cache/${variable.toLowerCase()}`;
  }
  return { folders, env: elsewhere };
}

/**
 * What a commit needs, and nothing that git runs or believes: no hooks, no configuration. The whole where the
 * repository is this run's own.
 */
async function gitMounts({ gitDir, commonDir, branch }: NonNullable<Within["tree"]>, own: boolean) {
  if (own) return write(await all([commonDir]));
  const refs = branch === null ? [] : [dirname(branch), join("logs", dirname(branch))];
  const parts = ["objects", ...refs].map((name) => join(commonDir, name));
  const believed = ["commondir", "gitdir", "config.worktree"].map((name) => join(gitDir, name));
  const plain = await Promise.all(
    believed.map(async (path) => ((await lstat(path).catch(() => null))?.isFile() ? path : null)),
  );
  return [
    ...read(await all([commonDir])),
    ...write(await all([...parts, gitDir])),
    ...read(plain.filter((path) => path !== null)),
  ];
}
