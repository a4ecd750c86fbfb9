/** Reading files for a model: numbered lines, a window of them. */
import { isUtf8 } from "node:buffer";
import { nameIn, openToRead, type ToolPlace } from "./place.ts";
import { ToolError } from "./tool-error.ts";

export const DEFAULT_LINES = 2000;
const LARGEST = 64 * 1024 * 1024;
const SNIFFED = 8192;

export interface ReadInput {
  readonly path: string;
  readonly offset?: number;
  readonly limit?: number;
}

export const readText = async (place: ToolPlace, path: string): Promise<string> =>
  (await readBytes(place, path)).toString("utf8");

/** To be written again: what is no UTF-8 would be other bytes then. */
export async function readToChange(place: ToolPlace, path: string): Promise<string> {
  const bytes = await readBytes(place, path);
  if (!isUtf8(bytes)) throw new ToolError(`${path} is not in UTF-8: change it with shell`);
  return bytes.toString("utf8");
}

async function readBytes(place: ToolPlace, path: string): Promise<Buffer> {
  const file = await openToRead(place, path);
  try {
    const { size } = await file.stat();
    if (size > LARGEST)
      throw new ToolError(`${path} has ${size} bytes, too many to read: use shell (head, tail, sed)`);
    const bytes = await file.readFile();
    if (bytes.subarray(0, SNIFFED).includes(0))
      throw new ToolError(`${path} is a binary file of ${size} bytes`);
    return bytes;
  } finally {
    await file.close();
  }
}

export async function readFile(
  place: ToolPlace,
  { path, offset = 1, limit = DEFAULT_LINES }: ReadInput,
): Promise<string> {
  const text = await readText(place, path);
  if (text === "") return `${path} is empty`;
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (offset > lines.length)
    throw new ToolError(`${path} has ${lines.length} lines; offset ${offset} is beyond them`);
  const shown = lines.slice(offset - 1, offset - 1 + limit).map((line, nth) => `${offset + nth}\t${line}`);
  const rest = lines.length - (offset - 1 + shown.length);
  return rest > 0
    ? `${shown.join("\n")}\n[... ${rest} more lines: read on with offset ${offset + shown.length} ...]`
    : shown.join("\n");
}

/** A file that cannot be read says so in its place. */
export async function readMany(place: ToolPlace, paths: readonly string[]): Promise<string> {
  const parts: string[] = [];
  for (const path of paths) {
    const text = await readFile(place, { path }).catch(
      (error: unknown) => `error: ${(error as Error).message}`,
    );
    parts.push(`=== ${nameIn(place, path)} ===\n${text}`);
  }
  return parts.join("\n\n");
}
