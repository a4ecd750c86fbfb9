/** `run --detach`: the launcher ends; the run goes on in a session of its own and ends like any other (R-RUN-1). */
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runFolderOwner } from "../engine/ledger/lock.ts";
import { makeFolder } from "../engine/ledger/make-folder.ts";
import { exists, FILES } from "../engine/local/folder.ts";
import { refuseUsedFolder } from "../engine/local/used-folder.ts";
import { quoted } from "../engine/report/quoted.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";

export interface Detached {
  readonly args: readonly string[];
  readonly root: string;
  readonly runId: string;
}

const POLL_MS = 20;

/** Ends when the run has begun, or could not: then with its words and its exit code. */
export async function detach({ args, root, runId }: Detached, terminal: Terminal): Promise<number> {
  await refuseUsedFolder(root);
  await makeFolder(root);
  // Another launcher may be as quick: the name that everybody reads is for the one whose run has the folder.
  const own = join(root, `.${FILES.out}.${process.pid}`);
  const out = openSync(own, "a");
  const launcher = fileURLToPath(new URL("./attractor.mjs", import.meta.url));
  const again = ["run", ...args.filter((arg) => arg !== "--detach"), "--run-id", runId, "--logs-root", root];
  const child = spawn(process.execPath, [launcher, ...again], {
    detached: true,
    stdio: ["ignore", out, out],
  });
  await new Promise<void>((started, failed) => {
    child.once("spawn", started);
    child.once("error", failed);
  });
  child.unref();

  const code = await begun(root, child, own);
  if (code === EXIT.invalid) {
    terminal.err(readFileSync((await exists(own)) ? own : join(root, FILES.out), "utf8"));
    await rm(own, { force: true });
    return code;
  }
  if (await exists(own)) await rename(own, join(root, FILES.out));
  terminal.out(`detached=true\nlogs_root=${root}\npid_file=${join(root, FILES.pid)}\n`);
  terminal.err(`next: attractor status ${quoted(root)} --follow\n`);
  return EXIT.success;
}

/** Null when the run has its first line, else the code that its process ended with. */
async function begun(root: string, child: ReturnType<typeof spawn>, own: string): Promise<number | null> {
  let named = false;
  while (child.exitCode === null && child.signalCode === null) {
    if (!named && (await runFolderOwner(root))?.pid === child.pid) {
      await rename(own, join(root, FILES.out));
      named = true;
    }
    if (named && (await exists(join(root, FILES.log)))) return null;
    await sleep(POLL_MS);
  }
  return child.exitCode ?? EXIT.failed;
}
