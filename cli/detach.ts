/** `run --detach`: the launcher ends; the run goes on in a session of its own and ends like any other (R-RUN-1). */
import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../engine/ledger/atomic.ts";
import { FILES } from "../engine/local/folder.ts";
import type { Terminal } from "./io.ts";

export interface Detached {
  readonly args: readonly string[];
  readonly root: string;
  readonly runId: string;
}

export async function detach({ args, root, runId }: Detached, terminal: Terminal): Promise<void> {
  mkdirSync(root, { recursive: true });
  const out = openSync(join(root, FILES.out), "a");
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const own = ["run", ...args.filter((arg) => arg !== "--detach"), "--run-id", runId, "--logs-root", root];
  const child = spawn(process.execPath, [main, ...own], { detached: true, stdio: ["ignore", out, out] });
  await new Promise<void>((started, failed) => {
    child.once("spawn", started);
    child.once("error", failed);
  });
  child.unref();
  const pidFile = join(root, FILES.pid);
  await writeFileAtomic(pidFile, `${child.pid}\n`);
  terminal.out(`detached=true\nlogs_root=${root}\npid_file=${pidFile}\n`);
}
