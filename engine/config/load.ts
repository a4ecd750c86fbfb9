/** Text to configuration, YAML or JSON, every problem at once with its place and its fix. */
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import { nearestWord } from "../graph/nearest.ts";
import { knownKeys } from "./known-keys.ts";
import { Config } from "./schema.ts";
import { unusedKeys } from "./unused.ts";

export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `llm.providers.kimi`; empty for the text as a whole. */
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
}

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      /** Keys that were accepted and do nothing. */
      readonly notes: readonly ConfigProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** A configuration of two hundred lines has ten thousand. */
const MOST_CHARACTERS = 1_000_000;
/** Unknown keys of one place; the next of them are only counted. */
const MOST_KEYS = 100;

export function loadConfig(text: string, file: string): LoadedConfig {
  if (text.length > MOST_CHARACTERS) {
    const message = `the configuration has ${text.length} characters, at most ${MOST_CHARACTERS} are read`;
    return { ok: false, problems: [{ file, line: 1, column: 1, path: "", message }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    ...place(pos[0]),
    path: "",
    message,
  }));
  if (broken.length > 0) return { ok: false, problems: broken };

  let written: unknown;
  try {
    written = document.toJS() ?? {};
  } catch (error) {
    // Aliases that multiply beyond reason are refused by the reader.
    return { ok: false, problems: [{ ...place(0), path: "", message: (error as Error).message }] };
  }
  const at = (path: Path) => place(offsetOf(document.contents, path));
  const parsed = Config.safeParse(written);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, written, at)) };
  }
  const notes = unusedKeys(written).map(({ path, why }) => ({
    ...at(path),
    path: path.join("."),
    message: `${path.join(".")} is accepted and not used: ${why}`,
  }));
  return { ok: true, config: parsed.data, notes };
}

/** Keys that somebody may look for, and that no value would make safe. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  [
    "forks",
    "leave it out: no setting runs a fork's code next to this repository's secrets; push its branch here to run on it",
  ],
]);

type Path = readonly PropertyKey[];
type Place = Pick<ConfigProblem, "file" | "line" | "column">;

function problemsOf(issue: z.core.$ZodIssue, written: unknown, at: (path: Path) => Place): ConfigProblem[] {
  if (issue.code === "unrecognized_keys") {
    const listed = issue.keys.slice(0, MOST_KEYS).map((key) => {
      const path = [...issue.path, key];
      const known = knownKeys(issue.path, written);
      const meant = nearestWord(key, known) ?? known.find((name) => name.startsWith(key)) ?? null;
      const fix =
        REFUSED.get(path.join(".")) ??
        (meant === null ? `known here: ${known.join(", ")}` : `write ${meant}`);
      return { ...at(path), path: path.join("."), message: `unknown key ${path.join(".")}`, fix };
    });
    const left = issue.keys.length - listed.length;
    if (left === 0) return listed;
    return [...listed, { ...at(issue.path), path: "", message: `and ${left} more unknown keys` }];
  }
  const path = issue.path.join(".");
  const place = at(issue.path);
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    const message = `${path}: no such kind of ${issue.discriminator} in this version`;
    return [{ ...place, path, message, fix: "write api, cli, acp or command" }];
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => ({ ...place, path, message: `${path}: ${message}` }));
  }
  return [{ ...place, path, message: path === "" ? issue.message : `${path}: ${issue.message}` }];
}

/** Where the value of a path begins, or the key when only that is there, or the deepest parent that is. */
function offsetOf(contents: Node | null, path: Path): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = (node as { items?: unknown[] } | null)?.items?.[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    }
  }
  return offset;
}
