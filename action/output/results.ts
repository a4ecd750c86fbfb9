/** What a job leaves for people and other tools: one folder, uploaded as one artifact after every stage's processes are dead. */
import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunState } from "../../engine/core/state.ts";
import { held } from "../../engine/git/held-folder.ts";
import { artifactName } from "../../engine/git/names.ts";
import { writeJsonAtomic } from "../../engine/ledger/atomic.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import { checkpointOf } from "../../engine/ledger/projections/checkpoint.ts";
import { finalOf } from "../../engine/ledger/projections/final.ts";
import { redactDeep } from "../../engine/redact/redact.ts";
import type { Published } from "../../github/publish.ts";
import { readHeld } from "../isolation/plain-file.ts";
import type { JobPorts } from "../ports.ts";
import { bringToCxdb } from "./cxdb.ts";
import { resultFolder } from "./result-folder.ts";
import { sendTraces } from "./traces.ts";

const MOST_FILES = 5_000;

export interface Results {
  readonly runId: string;
  /** One of `ENDING_PARTS`, `privileged`, `single`, `command`, `final`, or a leg's name. */
  readonly part: string;
  readonly state: RunState;
  readonly events: readonly LedgerEvent[];
  /** The hop that the job was for, where the run stands at another one by now. */
  readonly hop?: number;
  /** The run folder with prompts, logs and statuses of its stages; null for a job without stages. */
  readonly logs: string | null;
  /** Whether this job tells of the run elsewhere too, where its configuration asks for that. */
  readonly record?: boolean;
  /** Where the work of a run that is over went. */
  readonly published?: Published | null;
}

type ResultPorts = Pick<JobPorts, "job" | "inputs" | "remote" | "say" | "redact" | "env">;

export async function leaveResults(ports: ResultPorts, results: Results): Promise<void> {
  const { job, say, redact } = ports;
  const { runId, part, state, events, logs } = results;
  const folder = resultFolder(job);
  await mkdir(folder, { recursive: true });
  if (state.started) await writeJsonAtomic(join(folder, "checkpoint.json"), checkpointOf(state));
  const turn = results.record ? await bringToCxdb(ports, state, events) : null;
  const head = turn === null ? {} : { cxdb_head_turn_id: turn };
  const delivery = results.published ? { delivery: results.published.said } : {};
  if (state.ended)
    await writeJsonAtomic(join(folder, "final.json"), { ...finalOf(state), ...head, ...delivery });
  await writeFile(
    join(folder, "progress.ndjson"),
    events.map((event) => `${JSON.stringify(redactDeep(event, redact))}\n`).join(""),
  );
  if (logs !== null) copyLogs(logs, join(folder, "logs"), redact);
  if (results.record) await sendTraces(ports, state, events);
  say.control("result-dir", folder);
  say.control(
    "artifact",
    artifactName({ runId, hop: results.hop ?? state.hop?.hop ?? 0, part, attempt: job.attempt }),
  );
}

/** Ordinary files alone, masked, each up to a limit: what a stage left is as hostile as the stage. */
function copyLogs(from: string, to: string, redact: (text: string) => string): void {
  let left = MOST_FILES;
  const walk = (path: Buffer | string, into: string): void =>
    held(path, (folder) => {
      for (const bytes of folder.names()) {
        const name = bytes.toString("utf8");
        const place = folder.at(bytes);
        const found = lstatSync(place, { throwIfNoEntry: false });
        if (found?.isDirectory() && name !== "worktree" && name !== ".git")
          walkIfThere(place, join(into, name));
        if (!found?.isFile() || left-- <= 0) continue;
        const text = readHeld(place);
        if (text === null) continue;
        mkdirSync(into, { recursive: true });
        writeFileSync(join(into, name), redact(text));
      }
    });
  /** A folder that is gone by now, or a link, is no folder of logs. */
  const walkIfThere = (path: Buffer | string, into: string): void => {
    try {
      walk(path, into);
    } catch (error) {
      if (!GONE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  };
  walkIfThere(from, to);
}

const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);
