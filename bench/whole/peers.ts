/** Peers, built when the bench runs and kept in the user's cache; where one cannot be had, its rows are not run. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { once } from "../../engine/once.ts";

/** How its command begins. */
export type Peer = { readonly argv: readonly string[] } | { readonly notRun: string };

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "attractor-bench");
const LONGEST_MS = 5 * 60_000;

/** https://github.com/allouis/attractor, a runner of the same graphs in Go that keeps no commits. */
export const allouis = once(() => builtByGo("allouis", "https://github.com/allouis/attractor"));

/** https://github.com/danshapiro/kilroy, in Go, with commits and worktrees as here. */
export const kilroy = once(() => builtByGo("kilroy", "https://github.com/danshapiro/kilroy"));

/** https://github.com/brynary/attractor, in TypeScript for Bun, without commits. It has no command of its own: `brynary.ts` is one. */
export const brynary = once((): Peer => {
  const checkout = join(CACHE, "brynary");
  const problem = lacks(checkout, "https://github.com/brynary/attractor", (folder) => {
    call(folder, "bun", "install");
    cpSync(folder, checkout, { recursive: true });
  });
  return problem ?? runnable("bun", join(import.meta.dirname, "brynary.ts"), checkout);
});

/** Its program is not kept with it. */
function runnable(program: string, ...args: readonly string[]): Peer {
  try {
    call(tmpdir(), program, "--version");
    return { argv: [program, ...args] };
  } catch (error) {
    return notRun(error);
  }
}

/** Of `cmd/NAME`, the last word of its address. */
function builtByGo(name: string, from: string): Peer {
  const binary = join(CACHE, name);
  const build = (folder: string) => call(folder, "go", "build", "-o", binary, `./cmd/${basename(from)}`);
  return lacks(binary, from, build) ?? { argv: [binary] };
}

/** Makes what is to be kept at `path` from a fresh clone, unless it is there; null: it is. */
function lacks(path: string, from: string, make: (folder: string) => void): Peer | null {
  if (existsSync(path)) return null;
  const folder = mkdtempSync(join(tmpdir(), "bench-peer-"));
  try {
    mkdirSync(CACHE, { recursive: true });
    call(folder, "git", "clone", "--quiet", "--depth=1", from, ".");
    make(folder);
    return null;
  } catch (error) {
    return notRun(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const notRun = (error: unknown): Peer => ({
  notRun: `it cannot be had here: ${(error as Error).message.split("\n")[0]}`,
});

const call = (cwd: string, file: string, ...args: string[]): void =>
  void execFileSync(file, args, { cwd, stdio: "ignore", timeout: LONGEST_MS });
