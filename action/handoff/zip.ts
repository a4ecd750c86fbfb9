/** A zip file from outside, read in memory and within limits: nothing of it is written anywhere. */
import { buffer } from "node:stream/consumers";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { HandoffError } from "./format.ts";

const TYPE = 0o170000;
const FILE = 0o100000;

/** `allowed`: every name that may be in it, with how many bytes it may hold. Anything else makes the whole file refused. */
export async function unzip(
  bytes: Uint8Array,
  allowed: Readonly<Record<string, number>>,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      strictFileNames: true,
    });
    const most = Object.keys(allowed).length;
    if (zip.entryCount > most)
      throw new HandoffError(`it holds ${zip.entryCount} files; at most ${most} are taken`);
    for await (const entry of zip.eachEntry()) {
      const problem = files.has(entry.fileName) ? "is in it twice" : refusal(entry, allowed[entry.fileName]);
      if (problem !== null)
        throw new HandoffError(`${JSON.stringify(entry.fileName.slice(0, 200))} ${problem}`);
      files.set(entry.fileName, await contents(zip, entry));
    }
  } catch (error) {
    if (error instanceof HandoffError) throw error;
    throw new HandoffError(`it is no zip file that can be read: ${String(error).slice(0, 300)}`);
  }
  return files;
}

function refusal(entry: Entry, mostBytes: number | undefined): string | null {
  if (mostBytes === undefined) return "does not belong in it";
  const type = (entry.externalFileAttributes >>> 16) & TYPE;
  if (type !== 0 && type !== FILE) return "is no ordinary file";
  if (!entry.canDecodeFileData()) return "is encrypted or packed in a way that is not read";
  return entry.uncompressedSize > mostBytes
    ? `has ${entry.uncompressedSize} bytes; at most ${mostBytes} are taken`
    : null;
}

/** The reader stops at the size that the entry names, so a file that swells beyond it fills no memory. */
const contents = async (zip: ZipFile, entry: Entry): Promise<Buffer> =>
  buffer(await zip.openReadStreamPromise(entry));
