/** Peers, built when the bench runs and kept in the user's cache; where one cannot be had, its rows are not run. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";

/** How its command begins. */
export type Peer = { readonly argv: readonly string[] } | { readonly notRun: string };

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "attractor-bench");
const LONGEST_MS = 5 * 60_000;

/** https://github.com/allouis/attractor, a runner of the same graphs in Go that keeps no commits. */
export const allouis = (): Peer => builtByGo("allouis", "https://github.com/allouis/attractor");

/** https://github.com/danshapiro/kilroy, in Go, with commits and worktrees as here. */
export const kilroy = (): Peer => builtByGo("kilroy", "https://github.com/danshapiro/kilroy");

/** https://github.com/brynary/attractor, in TypeScript for Bun, without commits. It has no command of its own: `brynary.ts` is one. */
export function brynary(): Peer {
  const checkout = join(CACHE, "brynary");
  return (
    lacks(checkout, "bun", "https://github.com/brynary/attractor", (folder) => {
      call(folder, "bun", "install");
      cpSync(folder, checkout, { recursive: true });
    }) ?? { argv: ["bun", join(import.meta.dirname, "brynary.ts"), checkout] }
  );
}

/** Of `cmd/NAME`, the last word of its address. */
function builtByGo(name: string, from: string): Peer {
  const binary = join(CACHE, name);
  return (
    lacks(binary, "go", from, (folder) =>
      call(folder, "go", "build", "-o", binary, `./cmd/${basename(from)}`),
    ) ?? {
      argv: [binary],
    }
  );
}

/** Makes what is to be kept at `path` from a fresh clone, unless it is there; null: it is. */
function lacks(path: string, needs: "bun" | "go", from: string, make: (folder: string) => void): Peer | null {
  const folder = mkdtempSync(join(tmpdir(), "bench-peer-"));
  try {
    call(folder, needs, needs === "go" ? "version" : "--version");
    if (existsSync(path)) return null;
    mkdirSync(CACHE, { recursive: true });
    call(folder, "git", "clone", "--quiet", "--depth=1", from, ".");
    make(folder);
    return null;
  } catch (error) {
    return { notRun: `it cannot be built here: ${(error as Error).message.split("\n")[0]}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const call = (cwd: string, file: string, ...args: string[]): void =>
  void execFileSync(file, args, { cwd, stdio: "ignore", timeout: LONGEST_MS });
