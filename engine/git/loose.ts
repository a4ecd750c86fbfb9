/** Objects of a repository written as files of their own, without a process: what `git hash-object -w` does. */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";

/** Its id. Written whole or not at all, and only once. */
export function writeLoose(commonDir: string, type: "tree" | "commit", content: Buffer): Buffer {
  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const oid = createHash("sha1").update(whole).digest();
  const name = oid.toString("hex");
  const folder = join(commonDir, "objects", name.slice(0, 2));
  const path = join(folder, name.slice(2));
  if (!existsSync(path)) put(folder, path, deflateSync(whole, { level: 1 }));
  return oid;
}

function put(folder: string, path: string, bytes: Buffer): void {
  // git's own name for what is not finished: its housekeeping removes what a crash leaves.
  const temp = join(folder, `tmp_obj_${randomBytes(6).toString("hex")}`);
  const create = () => openSync(temp, "wx", 0o444);
  let fd: number;
  try {
    fd = create();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(folder, { recursive: true });
    fd = create();
  }
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  } finally {
    closeSync(fd);
  }
  try {
    linkSync(temp, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(temp, { force: true });
  }
}

interface LooseCommit {
  readonly tree: string;
  readonly parents: readonly string[];
}

/** A commit that lies in a file of its own; null for one that is packed or not here. */
export function looseCommit(commonDir: string, commit: string): LooseCommit | null {
  try {
    const path = join(commonDir, "objects", commit.slice(0, 2), commit.slice(2));
    const text = inflateSync(readFileSync(path)).toString("latin1");
    const [, tree, above] = /^commit \d+\0tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*)/.exec(text) ?? [];
    if (tree === undefined || above === undefined) return null;
    return { tree, parents: Array.from(above.matchAll(/[0-9a-f]{40}/g), ([oid]) => oid) };
  } catch {
    return null;
  }
}
