/**
 * What stages that do nothing cost without an engine: `node bench/floor.ts COUNT`. A small shell starts `bash -c true`, one
 * line goes to a log and to the disk, COUNT times. No graph, no folders, no status, no checkpoint.
 */
import { spawn } from "node:child_process";
import { fdatasync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const LOOP = `set -m
while read -r; do
  ( exec bash --noprofile --norc -c true </dev/null >/dev/null 2>/dev/null ) &
  wait $!; echo "$?"
done`;
/** As long as what the log has of a stage. */
const LINE = `${"x".repeat(600)}\n`;

const count = Number(process.argv[2] ?? 800);
const folder = mkdtempSync(join(tmpdir(), "bench-floor-"));
try {
  const log = openSync(join(folder, "log"), "a");
  const shell = spawn("bash", ["--noprofile", "--norc", "-c", LOOP], { stdio: ["pipe", "pipe", "ignore"] });
  const ends = shell.stdout[Symbol.asyncIterator]();
  for (let n = 0; n < count; n++) {
    shell.stdin.write("\n");
    await ends.next();
    writeSync(log, LINE);
    await promisify(fdatasync)(log);
  }
  shell.stdin.end();
  await ends.next();
} finally {
  rmSync(folder, { recursive: true });
}
