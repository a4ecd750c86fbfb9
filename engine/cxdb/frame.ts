/** The frames of CXDB's binary protocol, little-endian: length, kind, flags, request, payload. */
import { CxdbError } from "./port.ts";

export const KIND = {
  hello: 1,
  create: 2,
  fork: 3,
  append: 5,
  last: 6,
  error: 255,
} as const;

const HEAD = 16;
/** The server's own bound. */
const MOST = 64 * 1024 * 1024;

export interface Frame {
  readonly kind: number;
  readonly request: bigint;
  readonly payload: Buffer;
}

export function writeFrame(kind: number, request: bigint, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt16LE(kind, 4);
  head.writeBigUInt64LE(request, 8);
  return Buffer.concat([head, payload]);
}

/** Frames out of a stream of bytes, however it is cut. */
export function frameReader() {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes: Buffer): Frame[] => {
    rest = Buffer.concat([rest, bytes]);
    const frames: Frame[] = [];
    while (rest.length >= HEAD) {
      const length = rest.readUInt32LE(0);
      if (length > MOST) throw new CxdbError(`the server announced a frame of ${length} bytes`);
      if (rest.length < HEAD + length) break;
      frames.push({
        kind: rest.readUInt16LE(4),
        request: rest.readBigUInt64LE(8),
        payload: rest.subarray(HEAD, HEAD + length),
      });
      rest = rest.subarray(HEAD + length);
    }
    return frames;
  };
}

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export const u64 = (value: string): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** With its length before it. */
export const sized = (bytes: Uint8Array): Buffer => Buffer.concat([u32(bytes.length), bytes]);

/** Reads an answer from its beginning; one that is too short is an error with words. */
export function fieldReader(payload: Buffer) {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > payload.length) throw new CxdbError("the server's answer is cut short");
    at += length;
    return payload.subarray(at - length, at);
  };
  return {
    u32: (): number => take(4).readUInt32LE(),
    u64: (): string => take(8).readBigUInt64LE().toString(),
    sized: (): Buffer => take(take(4).readUInt32LE()),
    skip: (length: number): void => void take(length),
  };
}
