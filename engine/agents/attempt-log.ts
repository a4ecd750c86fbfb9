/** The attempt's `events.ndjson`: what an agent did, line by line, for people and for `diagnose`. */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { NEW_FILE } from "../git/plain-file.ts";
import { redactDeep } from "../redact/redact.ts";
import { cutEnd } from "../stages/text.ts";
import type { AgentEvent } from "./port.ts";

/** Of one text: a tool's whole output, as far as a tool keeps it. */
const TEXT_BYTES = 1024 * 1024;
/** Of an error: the output beside it has the whole. */
const ERROR_BYTES = 2000;
const FILE_BYTES = 64 * 1024 * 1024;

export interface AttemptLog {
  /** Never throws: it is called from where output arrives. */
  write(event: AgentEvent): void;
  /** Why events are missing, if some are. */
  close(): string | null;
}

/** Texts are masked before they are cut (R-SEC-4); a file that is full says so once. Nothing to say, no file. */
export function openAttemptLog(stageDir: string, mask: (text: string) => string): AttemptLog {
  let file: number | null = null;
  let bytes = 0;
  let over = false;
  let problem: string | null = null;
  const put = (line: object): void => {
    file ??= openSync(join(stageDir, "events.ndjson"), NEW_FILE, 0o644);
    bytes += writeSync(file, `${JSON.stringify(line)}\n`);
  };
  return {
    write(event) {
      if (over) return;
      const ts = new Date().toISOString();
      try {
        put({ ts, ...bounded(event, mask) });
        over = bytes > FILE_BYTES;
        if (over) put({ ts, kind: "ERROR", error: "events.ndjson is full; later events are left out" });
      } catch (error) {
        over = true;
        problem = `events.ndjson ends early: ${(error as Error).message}`;
      }
    },
    close() {
      over = true;
      if (file !== null) closeSync(file);
      file = null;
      return problem;
    },
  };
}

function bounded(event: AgentEvent, mask: (text: string) => string): AgentEvent {
  const { error, ...rest } = event;
  const kept = redactDeep(rest, (text) => cutEnd(mask(text), TEXT_BYTES)) as AgentEvent;
  return error === undefined ? kept : { ...kept, error: cutEnd(mask(error), ERROR_BYTES) };
}
