/** As much of msgpack as a turn needs: a map of small numbers to texts and counts. */

export type WrittenValue = string | number;

export function writeMap(entries: readonly (readonly [number, WrittenValue])[]): Uint8Array {
  if (entries.length > 15) throw new Error("a turn has at most 15 fields");
  return Buffer.concat([
    Buffer.from([0x80 | entries.length]),
    ...entries.flatMap(([key, value]) => [
      unsigned(key),
      typeof value === "number" ? unsigned(value) : text(value),
    ]),
  ]);
}

function unsigned(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${value} is no count`);
  if (value < 0x80) return Buffer.from([value]);
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xcf;
  bytes.writeBigUInt64BE(BigInt(value), 1);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value.toWellFormed(), "utf8");
  const head = Buffer.alloc(5);
  head[0] = 0xdb;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Of a map whose first entry is the count of that key; null for anything else. */
export function readSeq(payload: Uint8Array, key: number): number | null {
  const bytes = Buffer.from(payload);
  if (bytes.length < 3 || (bytes[0]! & 0xf0) !== 0x80 || bytes[1] !== key) return null;
  const kind = bytes[2]!;
  if (kind < 0x80) return kind;
  const width = { 204: 1, 205: 2, 206: 4, 207: 8 }[kind];
  if (width === undefined || bytes.length < 3 + width) return null;
  const value = width === 8 ? Number(bytes.readBigUInt64BE(3)) : bytes.readUIntBE(3, width);
  return Number.isSafeInteger(value) ? value : null;
}
