/** Writing, editing and patching files. */
import { rm } from "node:fs/promises";
import { applyHunks } from "../patch/apply.ts";
import { parsePatch } from "../patch/parse.ts";
import { PATCH_EXAMPLE, PatchError } from "../patch/types.ts";
import { locateToWrite, openToWrite, type ToolPlace, toolError } from "./place.ts";
import { readText, readToChange } from "./read.ts";
import { ToolError } from "./tool-error.ts";

export async function writeFile(
  place: ToolPlace,
  { path, content }: { path: string; content: string },
): Promise<string> {
  await put(place, path, content);
  return `wrote ${Buffer.byteLength(content)} bytes to ${path}`;
}

async function put(place: ToolPlace, path: string, content: string): Promise<void> {
  const file = await openToWrite(place, path);
  try {
    await file.truncate(0);
    await file.writeFile(content);
  } catch (error) {
    throw toolError(error, path);
  } finally {
    await file.close();
  }
}

export interface EditInput {
  readonly path: string;
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean;
}

export async function editFile(
  place: ToolPlace,
  { path, old_string, new_string, replace_all }: EditInput,
): Promise<string> {
  if (old_string === "") throw new ToolError("old_string is empty: use write_file for a new file");
  if (old_string === new_string) throw new ToolError("old_string and new_string are the same");
  const text = await readToChange(place, path);
  const as = text.includes(old_string) ? (part: string) => part : asIn(text);
  const [old, fresh] = [as(old_string), as(new_string)];
  const found = text.split(old).length - 1;
  if (found === 0)
    throw new ToolError(`old_string is not in ${path}: read the file and copy the lines exactly`);
  if (found > 1 && replace_all !== true)
    throw new ToolError(
      `old_string is ${found} times in ${path}: give more lines around it, or set replace_all`,
    );
  await put(place, path, text.split(old).join(fresh));
  return `replaced ${found === 1 ? "it once" : `${found} places`} in ${path}`;
}

/** Models write line feeds whatever the file has. */
const asIn =
  (text: string) =>
  (part: string): string =>
    text.includes("\r\n") && !part.includes("\r\n") ? part.replace(/\n/g, "\r\n") : part;

type Change = { readonly path: string; readonly content: string | null };

/** All or nothing: the first file is not written when the second does not fit. */
export async function applyPatch(place: ToolPlace, text: string): Promise<string> {
  try {
    const { ops, adapted } = parsePatch(text);
    const staged = new Map<string, string | null>();
    const changes: Change[] = [];
    const stage = (path: string, content: string | null) => {
      staged.set(path, content);
      changes.push({ path, content });
    };
    const current = async (path: string, read = readToChange): Promise<string> => {
      const found = staged.has(path) ? staged.get(path) : await read(place, path);
      if (found === null || found === undefined) throw new PatchError(`${path} was deleted by this patch`);
      return found;
    };
    const said: string[] = [];
    for (const op of ops) {
      await locateToWrite(place, op.path);
      if (op.kind === "update" && op.moveTo !== null) await locateToWrite(place, op.moveTo);
      if (op.kind === "add") {
        if (await isThere(place, op.path, staged))
          throw new PatchError(`${op.path} exists already: use *** Update File, or delete it first`);
        stage(op.path, op.lines.length === 0 ? "" : `${op.lines.join("\n")}\n`);
        said.push(`A ${op.path}`);
      } else if (op.kind === "delete") {
        await current(op.path, readText);
        stage(op.path, null);
        said.push(`D ${op.path}`);
      } else {
        const fresh = applyHunks(op.path, await current(op.path), op.hunks, adapted.length > 0);
        if (op.moveTo !== null && op.moveTo !== op.path) {
          if (await isThere(place, op.moveTo, staged)) throw new PatchError(`${op.moveTo} exists already`);
          stage(op.path, null);
        }
        stage(op.moveTo ?? op.path, fresh);
        said.push(op.moveTo === null ? `M ${op.path}` : `M ${op.path} -> ${op.moveTo}`);
      }
    }
    for (const { path, content } of changes) {
      if (content === null) await rm(await locateToWrite(place, path));
      else await put(place, path, content);
    }
    const remark =
      adapted.length === 0
        ? ""
        : `\nThe patch was read although it is not in the format: ${adapted.join("; ")}.`;
    return `applied:\n${said.join("\n")}${remark}`;
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw new ToolError(
      `the patch was not applied, no file was changed: ${error.message}\n\nThe format, by example:\n${PATCH_EXAMPLE}`,
    );
  }
}

async function isThere(
  place: ToolPlace,
  path: string,
  staged: ReadonlyMap<string, string | null>,
): Promise<boolean> {
  if (staged.has(path)) return staged.get(path) !== null;
  return readText(place, path).then(
    () => true,
    (error: Error) => !/ is not there$/.test(error.message),
  );
}
