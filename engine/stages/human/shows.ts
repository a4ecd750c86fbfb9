/** What a question shows of the work that it asks about: the files and the changes that the gate's `show` names. */
import { harmless, type Shown } from "../../core/shown.ts";
import type { RunState, Scope } from "../../core/state.ts";
import type { Pipeline } from "../../graph/pipeline.ts";

/** Reads the work as it was committed when the question came up. Null: there is no such file. */
export interface WorkReader {
  file(commit: string, path: string): Promise<string | null>;
  /** Of everything since the run began. */
  diff(commit: string): Promise<string | null>;
}

const MOST_CHARS = 20_000;
const MOST_NAMES = 10;
/** The word for the changes; a file of that name is asked for as `./diff`. */
const DIFF = "diff";

/** The names that a gate's `show` lists. */
const showNames = (pipeline: Pipeline, node: string): string[] =>
  (pipeline.stages.get(node)?.attrs.get("show") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .slice(0, MOST_NAMES);

export async function showsOf(
  state: RunState,
  pipeline: Pipeline,
  reader: WorkReader,
): Promise<ReadonlyMap<string, readonly Shown[]>> {
  const shows = new Map<string, readonly Shown[]>();
  for (const scope of state.ended ? [] : state.scopes.values()) {
    if (scope.cursor.phase !== "gate") continue;
    const shown = await shownAt(scope, scope.cursor.node, pipeline, reader);
    if (shown.length > 0) shows.set(scope.cursor.gate.id, shown);
  }
  return shows;
}

async function shownAt(
  scope: Pick<Scope, "commit">,
  node: string,
  pipeline: Pipeline,
  reader: WorkReader,
): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const name of showNames(pipeline, node)) shown.push(await one(name, scope.commit, reader));
  return shown;
}

async function one(name: string, commit: string | null, reader: WorkReader): Promise<Shown> {
  const isDiff = name === DIFF;
  const kind = isDiff ? "diff" : "text";
  const said = (text: string): Shown => ({ name, kind: "text", text, left: 0 });
  if (commit === null) return said("(this run commits nothing that could be shown)");
  try {
    const text = isDiff ? await reader.diff(commit) : await reader.file(commit, name.replace(/^\.\//, ""));
    if (text === null) return said(`(there is no ${name} in the work so far)`);
    if (text.includes("\0")) return said(`(${name} is not text)`);
    const plain = harmless(text);
    if (plain.trim() === "") return said(isDiff ? "(nothing was changed)" : "(the file is empty)");
    const kept = plain.slice(0, MOST_CHARS);
    return { name, kind, text: kept.trimEnd(), left: plain.length - kept.length };
  } catch (error) {
    return said(`(${name} cannot be read: ${(error as Error).message.split("\n")[0]})`);
  }
}
