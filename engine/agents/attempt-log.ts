/** The attempt's `events.ndjson`: what an agent did, line by line, for people and for `diagnose`. */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { cutEnd } from "../stages/text.ts";
import type { AgentEvent } from "./port.ts";

/** Of one text: a tool's whole output, as far as a tool keeps it. */
const TEXT_BYTES = 1024 * 1024;
const FILE_BYTES = 64 * 1024 * 1024;
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export interface AttemptLog {
  write(event: AgentEvent): void;
  close(): void;
}

/** Texts are masked before they are cut (R-SEC-4); a file that is full says so once. Nothing to say, no file. */
export function openAttemptLog(stageDir: string, mask: (text: string) => string): AttemptLog {
  let file: number | null = null;
  let bytes = 0;
  const put = (line: object): void => {
    file ??= openSync(join(stageDir, "events.ndjson"), NEW_FILE, 0o644);
    bytes += writeSync(file, `${JSON.stringify(line)}\n`);
  };
  return {
    write(event) {
      if (bytes > FILE_BYTES) return;
      const ts = new Date().toISOString();
      put({ ts, ...(bounded(event, mask) as AgentEvent) });
      if (bytes > FILE_BYTES)
        put({ ts, kind: "ERROR", error: "events.ndjson is full; later events are left out" });
    },
    close() {
      if (file !== null) closeSync(file);
    },
  };
}

function bounded(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return cutEnd(mask(value), TEXT_BYTES);
  if (Array.isArray(value)) return value.map((item) => bounded(item, mask));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bounded(item, mask)]));
}
