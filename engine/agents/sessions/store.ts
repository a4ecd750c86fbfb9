/** Conversations in the run folder, by thread: masked, bounded, for the driver's eyes alone (R-CTX-2). */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { Json } from "../../core/outcome.ts";
import { digestOf } from "../../digest.ts";
import { readPlainFile } from "../../git/plain-file.ts";
import { writeFileAtomic } from "../../ledger/atomic.ts";
import { redactDeep } from "../../redact/redact.ts";
import type { AgentSession } from "../port.ts";

/** A conversation that is larger has outgrown what a model can be given. */
export const MOST_BYTES = 8 * 1024 * 1024;

const Stored = z.object({
  backend: z.string(),
  provider: z.string(),
  model: z.nullable(z.string()),
  data: Json(),
});

/** `scope`: a branch goes on with what was said before it began, and keeps its own from there. */
export interface SessionPlace {
  readonly logsRoot: string;
  readonly scope: string;
  readonly thread: string;
}

export async function loadSession({ logsRoot, scope, thread }: SessionPlace): Promise<AgentSession | null> {
  for (let at: string | null = scope; at !== null; at = above(at)) {
    const text = await readPlainFile(fileOf({ logsRoot, scope: at, thread }), MOST_BYTES);
    const parsed = text === null ? null : Stored.safeParse(jsonOf(text));
    if (parsed?.success) return parsed.data;
  }
  return null;
}

/** False when it is too large to be kept; an older one of the thread is gone then too. */
export async function keepSession(
  place: SessionPlace,
  session: AgentSession,
  mask: (text: string) => string,
): Promise<boolean> {
  const text = JSON.stringify(redactDeep(session, mask));
  const file = fileOf(place);
  if (Buffer.byteLength(text) > MOST_BYTES) {
    await rm(file, { force: true });
    return false;
  }
  await mkdir(folderOf(place.logsRoot), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, text);
  return true;
}

const folderOf = (logsRoot: string): string => join(logsRoot, "sessions");

const fileOf = ({ logsRoot, scope, thread }: SessionPlace): string =>
  join(
    folderOf(logsRoot),
    `${digestOf(JSON.stringify([scope, thread]))
      .replace(/\W/g, "")
      .slice(-32)}.json`,
  );

const above = (scope: string): string | null =>
  scope === "" ? null : scope.split("/").slice(0, -3).join("/");

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
