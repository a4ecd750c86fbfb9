/** Peers, built when the bench runs and kept in the user's cache; where one cannot be had, its rows are not run. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";

export type Peer = { readonly binary: string } | { readonly notRun: string };

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "attractor-bench");
const LONGEST_MS = 5 * 60_000;

/** https://github.com/allouis/attractor, a runner of the same graphs in Go that keeps no commits. */
export const allouis = (): Peer => builtByGo("allouis", "https://github.com/allouis/attractor");

/** https://github.com/danshapiro/kilroy, in Go, with commits and worktrees as here. */
export const kilroy = (): Peer => builtByGo("kilroy", "https://github.com/danshapiro/kilroy");

/** Of `cmd/NAME`, the last word of its address. */
function builtByGo(name: string, from: string): Peer {
  const binary = join(CACHE, name);
  if (existsSync(binary)) return { binary };
  const folder = mkdtempSync(join(tmpdir(), "bench-peer-"));
  const quiet = { stdio: "ignore", timeout: LONGEST_MS } as const;
  try {
    mkdirSync(CACHE, { recursive: true });
    execFileSync("go", ["version"], quiet);
    execFileSync("git", ["clone", "--quiet", "--depth=1", from, folder], quiet);
    execFileSync("go", ["build", "-o", binary, `./cmd/${basename(from)}`], { ...quiet, cwd: folder });
    return { binary };
  } catch (error) {
    return { notRun: `it cannot be built here: ${(error as Error).message.split("\n")[0]}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
