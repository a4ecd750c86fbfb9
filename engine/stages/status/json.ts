/** Reads JSON and says where it is wrong and where each field stands; depth is bounded before anything is built. */

const MAX_DEPTH = 64;

export interface JsonPlace {
  readonly line: number;
  readonly column: number;
}

export type JsonRead =
  | { readonly ok: true; readonly value: unknown; readonly fieldAt: ReadonlyMap<string, JsonPlace> }
  | { readonly ok: false; readonly at: JsonPlace; readonly error: string };

class JsonError extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

export function readJson(text: string): JsonRead {
  const fields = new Map<string, number>();
  try {
    scan(text, fields);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { ok: false, at: placeOf(text, error.offset), error: error.message };
  }
  return { ok: true, value: JSON.parse(text), fieldAt: placesOf(text, fields) };
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** One pass without recursion. `open` holds the closing bracket of each level. */
function scan(text: string, fields: Map<string, number>): void {
  const open: ("}" | "]")[] = [];
  let at = skip(text, 0);
  let want: "value" | "value-or-close" | "key" | "key-or-close" | "comma-or-close" = "value";
  for (;;) {
    const close = open.at(-1);
    if (want === "comma-or-close") {
      if (close === undefined) break;
      if (text[at] === close) open.pop();
      else if (text[at] === ",") want = close === "}" ? "key" : "value";
      else throw unexpected(text, at, `\`,\` or \`${close}\``);
      at = skip(text, at + 1);
      continue;
    }
    if (want.endsWith("close") && text[at] === close) {
      open.pop();
      want = "comma-or-close";
      at = skip(text, at + 1);
      continue;
    }
    if (want.startsWith("key")) {
      const key = match(STRING, text, at);
      if (key === null) throw unexpected(text, at, "a field name in double quotes");
      const colon = skip(text, at + key.length);
      if (text[colon] !== ":") throw unexpected(text, colon, "`:`");
      if (open.length === 1) note(fields, key, at);
      at = skip(text, colon + 1);
      want = "value";
      continue;
    }
    if (text[at] === "{" || text[at] === "[") {
      if (open.length === MAX_DEPTH) throw new JsonError(at, `nested deeper than ${MAX_DEPTH} levels`);
      open.push(text[at] === "{" ? "}" : "]");
      want = text[at] === "{" ? "key-or-close" : "value-or-close";
      at = skip(text, at + 1);
      continue;
    }
    const value = match(STRING, text, at) ?? match(NUMBER_OR_WORD, text, at);
    if (value === null) throw unexpected(text, at, "a value");
    at = skip(text, at + value.length);
    want = "comma-or-close";
  }
  if (at < text.length) throw unexpected(text, at, "the end of the file");
}

function note(fields: Map<string, number>, key: string, at: number): void {
  const name: string = JSON.parse(key);
  if (fields.has(name)) throw new JsonError(at, `the field ${key} stands here a second time`);
  fields.set(name, at);
}

const skip = (text: string, at: number): number => at + match(SPACE, text, at)!.length;

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function unexpected(text: string, at: number, wanted: string): JsonError {
  if (at >= text.length) return new JsonError(text.length, `the file ends where ${wanted} should follow`);
  if (text[at] === '"')
    return new JsonError(at, `expected ${wanted}, found a string (or one that does not end)`);
  return new JsonError(at, `expected ${wanted}, found \`${text.slice(at, at + 12).split(/\s/)[0]}\``);
}

/** One pass over the text, for the fields stand in its order: there may be a hundred thousand. */
function placesOf(text: string, fields: ReadonlyMap<string, number>): Map<string, JsonPlace> {
  const places = new Map<string, JsonPlace>();
  let line = 1;
  let lineStart = 0;
  let lineEnd = text.indexOf("\n");
  for (const [name, offset] of fields) {
    while (lineEnd !== -1 && lineEnd < offset) {
      line++;
      lineStart = lineEnd + 1;
      lineEnd = text.indexOf("\n", lineStart);
    }
    places.set(name, { line, column: offset - lineStart + 1 });
  }
  return places;
}

function placeOf(text: string, offset: number): JsonPlace {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - before.lastIndexOf("\n") };
}
