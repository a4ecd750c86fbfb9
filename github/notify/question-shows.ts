/** What a question shows on GitHub: files and changes of the run's own commits, read by the API. */
import type { Shown } from "../../engine/core/shown.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { TreeFile } from "../../engine/git/objects.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { showsOf, type WorkReader } from "../../engine/stages/human/shows.ts";
import type { ReadPinned } from "../api/contents.ts";
import type { GitData } from "../ledger/git-data.ts";
import { recentlyUsed } from "../recently-used.ts";
import { lineDiff } from "./line-diff.ts";

/** Each is two requests at most. */
const MOST_FILES = 10;
const MOST_BYTES = 200_000;
const MOST_KEPT = 20;

export interface WorkSource {
  readonly git: Pick<GitData, "files" | "blob">;
  readAt(sha: string): ReadPinned;
}

export type QuestionShows = (
  state: RunState,
  pipeline: Pipeline,
) => Promise<ReadonlyMap<string, readonly Shown[]>>;

export function questionShows({ git, readAt }: WorkSource): QuestionShows {
  // Commits do not change: a question that waits for days is not compared anew at every look.
  const compared = recentlyUsed<Promise<string>>(MOST_KEPT);
  const readerFrom = (base: string | null): WorkReader => ({
    file: (commit, path) => readAt(commit)(path),
    async diff(commit) {
      if (base === null) return null;
      const key = `${base} ${commit}`;
      const found = compared.get(key, () => changes(git, base, commit));
      found.catch(() => compared.delete(key));
      return found;
    },
  });
  return (state, pipeline) => showsOf(state, pipeline, readerFrom(state.started?.base_sha ?? null));
}

async function changes(git: WorkSource["git"], base: string, commit: string): Promise<string> {
  const [before, after] = [byPath(await git.files(base)), byPath(await git.files(commit))];
  const paths = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .toSorted();
  const parts: string[] = [];
  for (const path of paths.slice(0, MOST_FILES))
    parts.push(await change(git, path, before.get(path), after.get(path)));
  const more = paths.slice(MOST_FILES).map((path) => `${sign(before.has(path), after.has(path))} ${path}`);
  return [...parts, ...more].join("\n");
}

const byPath = (files: readonly TreeFile[]): Map<string, string> =>
  new Map(files.map(({ path, oid }) => [path, oid]));

const sign = (was: boolean, is: boolean): string => (was ? (is ? "changed" : "removed") : "new");

async function change(
  git: WorkSource["git"],
  path: string,
  before: string | undefined,
  after: string | undefined,
): Promise<string> {
  const head = `--- ${before === undefined ? "/dev/null" : `a/${path}`}\n+++ ${after === undefined ? "/dev/null" : `b/${path}`}`;
  const [old, now] = [await textOf(git, before), await textOf(git, after)];
  const lines = old === null || now === null ? null : lineDiff(old, now);
  return `${head}\n${lines ?? `(${sign(before !== undefined, after !== undefined)}; too large to show, or not text)`}`;
}

async function textOf(git: WorkSource["git"], sha: string | undefined): Promise<string | null> {
  if (sha === undefined) return "";
  const bytes = await git.blob(sha);
  return bytes.length > MOST_BYTES || bytes.includes(0) ? null : bytes.toString("utf8");
}
