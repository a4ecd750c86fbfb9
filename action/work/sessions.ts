/**
 * Conversations on their way from one job to the next (R-CTX-2): a hidden ref of the run holds those of the trunk, another one those
 * of each branch. A ref without history: what a conversation was before is gone. They are a comfort: a run whose
 * conversations cannot be had or kept goes on, and its next stage of the thread begins anew.
 */
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { machineClock } from "../../engine/clock.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { digestOf } from "../../engine/digest.ts";
import { DEFAULT_REF_PREFIX, sessionsRef } from "../../engine/git/names.ts";
import { listFiles, readBlobs } from "../../engine/git/objects.ts";
import { readPlainFile } from "../../engine/git/plain-file.ts";
import { fetchRef, pushRefs } from "../../engine/git/refs.ts";
import { writeCommit } from "../../engine/git/write-commit.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { writeFileAtomic } from "../../engine/ledger/atomic.ts";
import type { Remote } from "../hop/remote.ts";
import { onlyReads } from "../inputs.ts";
import type { JobPorts } from "../ports.ts";
import { hasThreads } from "./has-threads.ts";

export interface StoredSessions {
  /** Never rejects. */
  keep(): Promise<void>;
}

export interface Where {
  readonly runId: string;
  readonly pipeline: Pipeline;
  /** The run folder of this job. */
  readonly root: string;
  /** A leg's branch key. */
  readonly focus?: string;
}

const NAME = /^\w{1,64}\.json$/;
const MOST_FILES = 200;
const MOST_FILE_BYTES = 8 * 1024 * 1024;
/** Of all in one ref; the ones that were spoken last stay. */
const MOST_BYTES = 32 * 1024 * 1024;

const NONE: StoredSessions = { keep: async () => undefined };

export async function openSessions(
  { remote, inputs, say }: Pick<JobPorts, "remote" | "inputs" | "say">,
  where: Where,
): Promise<StoredSessions> {
  const { runId, pipeline, root, focus = TRUNK } = where;
  if (!hasThreads(pipeline) || onlyReads(inputs)) return NONE;
  const folder = join(root, "sessions");
  /** By name, what this job need not keep: it is kept already, or is another scope's. */
  const known = new Map<string, string>();
  const own = sessionsRef(DEFAULT_REF_PREFIX, runId, focus);
  let told = false;
  const failed = (error: unknown) => {
    if (!told) say.notice(`a conversation could not be carried over: ${(error as Error).message}`);
    told = true;
  };
  /** What the ref holds now, with the names that lie in it. */
  const bring = async (ref: string, local: string) => {
    const at = await fetchRef(remote.repo, ref, local, "tip");
    const files = at === null ? [] : await sessionsAt(remote, at);
    for (const { name, text } of files) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFileAtomic(join(folder, name), text);
      known.set(name, digestOf(text));
    }
    return { at, names: files.map(({ name }) => name) };
  };
  let at: string | null = null;
  let mine = new Set<string>();
  try {
    if (focus !== TRUNK)
      await bring(sessionsRef(DEFAULT_REF_PREFIX, runId, TRUNK), "refs/seen/sessions-trunk");
    const brought = await bring(own, "refs/seen/sessions-own");
    at = brought.at;
    mine = new Set(brought.names);
  } catch (error) {
    failed(error);
  }
  return {
    async keep() {
      try {
        const here = await readFolder(folder);
        const changed = here.filter(({ name, text }) => known.get(name) !== digestOf(text));
        if (changed.length === 0) return;
        for (const { name } of changed) mine.add(name);
        const kept = here.filter(({ name }) => mine.has(name));
        const to = await writeCommit(remote.repo.git, {
          ...{ ref: "refs/made/sessions", parents: [], message: `conversations of ${runId}` },
          when: new Date(machineClock.now()),
          changes: new Map(withinBytes(kept).map(({ name, text }) => [name, text])),
        });
        const { perRef, said } = await pushRefs(remote.repo, [{ ref: own, from: at, to }]);
        if ((perRef.get(own)?.flag ?? "!") === "!") throw new Error(said.trim().slice(-300));
        at = to;
        for (const { name, text } of changed) known.set(name, digestOf(text));
      } catch (error) {
        failed(error);
      }
    },
  };
}

interface Kept {
  readonly name: string;
  readonly text: string;
}

async function sessionsAt({ repo }: Remote, commit: string): Promise<Kept[]> {
  const files = (await listFiles(repo.git, commit, ["."]))
    .filter(({ path, bytes }) => NAME.test(path) && bytes <= MOST_FILE_BYTES)
    .slice(0, MOST_FILES);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MOST_BYTES) return [];
  const texts = await readBlobs(
    repo.git,
    files.map(({ oid }) => oid),
  );
  return files.map(({ path }, n) => ({ name: path, text: texts[n]!.toString("utf8") }));
}

/** The one that was spoken last comes first. */
async function readFolder(folder: string): Promise<Kept[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name));
  const aged = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const found: Kept[] = [];
  for (const { name } of aged.sort((a, b) => b.at - a.at).slice(0, MOST_FILES)) {
    const text = await readPlainFile(join(folder, name), MOST_FILE_BYTES);
    if (text !== null) found.push({ name, text });
  }
  return found;
}

function withinBytes(kept: readonly Kept[]): Kept[] {
  let bytes = 0;
  return kept.filter(({ text }) => {
    bytes += Buffer.byteLength(text);
    return bytes <= MOST_BYTES;
  });
}
