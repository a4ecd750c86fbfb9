/** git's index as it lies on the disk, as far as a tree can be made of it (`gitformat-index`). */
export interface IndexEntry {
  /** One character a byte. */
  readonly path: string;
  readonly mode: number;
  /** Twenty bytes. */
  readonly oid: Buffer;
  /** What the system said of the file when git last looked: ten numbers of four bytes. */
  readonly stat: Buffer;
  /** git was told not to look at the file. */
  readonly trusted: boolean;
}

/** A folder whose tree git knows already. */
export interface KnownTree {
  readonly oid: Buffer;
  /** How many entries of the index lie in it. */
  readonly entries: number;
}

export interface IndexFile {
  readonly entries: readonly IndexEntry[];
  /** By path, "" for the top. */
  readonly trees: ReadonlyMap<string, KnownTree>;
}

const HEADER = 12;
const OID_AT = 40;
const OID_BYTES = 20;
const FLAGS_AT = OID_AT + OID_BYTES;
const EXTENDED = 0x4000;
const ASSUMED_VALID = 0x8000;
/** Among the further flags. */
const NOT_CHECKED_OUT = 0x4000;
const INTENT_TO_ADD = 0x2000;

/** How many entries an index says to have, without reading them. */
export const entryCount = (bytes: Buffer): number => bytes.readUInt32BE(8);

/** Null for what only git itself should turn into a tree: conflicts, parts in other files, kinds that came later. */
export function readIndex(bytes: Buffer): IndexFile | null {
  if (bytes.length < HEADER + OID_BYTES || bytes.toString("latin1", 0, 4) !== "DIRC") return null;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return null;
  const count = bytes.readUInt32BE(8);
  const entries: IndexEntry[] = [];
  let at = HEADER;
  let before = "";
  for (let n = 0; n < count; n++) {
    const flags = bytes.readUInt16BE(at + FLAGS_AT);
    const extended = version > 2 && (flags & EXTENDED) !== 0;
    const more = extended ? bytes.readUInt16BE(at + FLAGS_AT + 2) : 0;
    // Of a merge that stands still, or a promise of a file.
    if (((flags >> 12) & 3) !== 0 || (more & INTENT_TO_ADD) !== 0) return null;
    let from = at + FLAGS_AT + (extended ? 4 : 2);
    let kept = "";
    if (version === 4) {
      const dropped = varint(bytes, from);
      from = dropped.next;
      kept = before.slice(0, before.length - dropped.value);
    }
    const end = bytes.indexOf(0, from);
    if (end === -1) return null;
    const path = kept + bytes.toString("latin1", from, end);
    entries.push({
      path,
      mode: bytes.readUInt32BE(at + 24),
      oid: bytes.subarray(at + OID_AT, at + FLAGS_AT),
      stat: bytes.subarray(at, at + OID_AT),
      trusted: (flags & ASSUMED_VALID) !== 0 || (more & NOT_CHECKED_OUT) !== 0,
    });
    before = path;
    at = version === 4 ? end + 1 : at + Math.floor((end - at + 8) / 8) * 8;
  }
  const trees = treesOf(bytes, at);
  return trees === null ? null : { entries, trees };
}

function varint(bytes: Buffer, from: number): { value: number; next: number } {
  let at = from;
  let byte = bytes[at++] ?? 0;
  let value = byte & 127;
  while ((byte & 128) !== 0) {
    byte = bytes[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, next: at };
}

/** Extensions follow the entries; one whose name begins in lower case changes what they mean. */
function treesOf(bytes: Buffer, from: number): Map<string, KnownTree> | null {
  const trees = new Map<string, KnownTree>();
  const last = bytes.length - OID_BYTES;
  for (let at = from; at + 8 <= last; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32BE(at + 4);
    if (!/^[A-Z]/.test(name)) return null;
    if (name === "TREE") readTrees(bytes.subarray(at + 8, at + 8 + size), trees);
    at += 8 + size;
  }
  return trees;
}

function readTrees(bytes: Buffer, trees: Map<string, KnownTree>): void {
  let at = 0;
  const read = (parent: string): void => {
    const nul = bytes.indexOf(0, at);
    const line = bytes.indexOf(0x0a, nul);
    if (nul === -1 || line === -1) throw new RangeError("the index ends within its trees");
    const name = bytes.toString("latin1", at, nul);
    const path = parent === "" ? name : `${parent}/${name}`;
    const [entries = -1, below = 0] = bytes
      .toString("latin1", nul + 1, line)
      .split(" ")
      .map(Number);
    at = line + 1;
    if (entries >= 0) {
      trees.set(path, { oid: bytes.subarray(at, at + OID_BYTES), entries });
      at += OID_BYTES;
    }
    for (let n = 0; n < below; n++) read(path);
  };
  if (bytes.length > 0) read("");
}
