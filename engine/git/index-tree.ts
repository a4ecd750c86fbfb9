/** The tree that an index stands for, without a process: what `git write-tree` does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type IndexEntry, readIndex } from "./index-file.ts";
import { writeLoose } from "./loose.ts";

/** Its id, once its objects are there; null where git has to say it. */
export function treeOfIndex(gitDir: string, commonDir: string): string | null {
  const index = readIndex(readFileSync(join(gitDir, "index")));
  if (index === null) return null;
  const { entries, trees } = index;

  /** The folder at `prefix` ("" or ending in a slash), whose entries begin at `from`. */
  const write = (prefix: string, from: number): { oid: Buffer; next: number } => {
    const known = trees.get(prefix.slice(0, -1));
    if (known) return { oid: known.oid, next: from + known.entries };
    const parts: Buffer[] = [];
    let at = from;
    for (let entry = entries[at]; entry?.path.startsWith(prefix); entry = entries[at]) {
      const rest = entry.path.slice(prefix.length);
      const slash = rest.indexOf("/");
      if (slash === -1) {
        parts.push(line(entry.mode.toString(8), rest, entry));
        at++;
      } else {
        const name = rest.slice(0, slash);
        const below = write(`${prefix}${name}/`, at);
        parts.push(line("40000", name, below));
        at = below.next;
      }
    }
    return { oid: writeLoose(commonDir, "tree", Buffer.concat(parts)), next: at };
  };
  return write("", 0).oid.toString("hex");
}

/** In the order of the index, which is the order of trees. */
const line = (mode: string, name: string, { oid }: Pick<IndexEntry, "oid">): Buffer =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`, "latin1"), oid]);
