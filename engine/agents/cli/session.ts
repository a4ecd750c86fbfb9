/** A CLI's session between two stages: its id, and the files of its state root that hold it. */
import * as z from "zod/mini";
import type { AgentSession } from "../port.ts";
import type { CliAdapter, CliTask } from "./adapter.ts";
import { findState, readState } from "./state-root.ts";

/** It becomes an argument of a later call, where an option in its place would change what that call may do. */
const SESSION_ID = /^[^-\s\p{Cc}][^\s\p{Cc}]{0,255}$/u;
export const isSessionId = (id: string): boolean => SESSION_ID.test(id);

const Stored = z.object({
  id: z.string().check(z.regex(SESSION_ID)),
  files: z.record(z.string(), z.string()),
});
export type StoredSession = z.infer<typeof Stored>;

const SESSION_BYTES = 8 * 1024 * 1024;
/** Enough of an id to know its files by; some CLIs use no more in their names. */
const ID_PART = 8;

/** null: nothing that this CLI made. */
export function storedSession(
  session: AgentSession | null,
  backend: string,
  provider: string,
): StoredSession | null {
  if (session === null || session.backend !== backend || session.provider !== provider) return null;
  const parsed = Stored.safeParse(session.data);
  return parsed.success ? parsed.data : null;
}

/** Where its files have to lie for this task, and only below the state root. */
export function sessionFiles(
  stored: StoredSession,
  adapter: CliAdapter,
  task: CliTask,
): Readonly<Record<string, string>> {
  const placed = Object.entries(stored.files).map(
    ([path, text]) => [adapter.sessionPath(path, task), text] as const,
  );
  return Object.fromEntries(
    placed.filter(([path]) => !path.startsWith("/") && !path.split("/").includes("..")),
  );
}

export async function readCliSession(root: string, id: string): Promise<StoredSession> {
  const files: Record<string, string> = {};
  let bytes = 0;
  for (const path of await findState(root, id.slice(0, ID_PART))) {
    if (path.endsWith(".lock")) continue;
    const text = await readState(root, path);
    bytes += Buffer.byteLength(text ?? "");
    if (text === null || text.includes("\0")) continue;
    if (bytes > SESSION_BYTES) break;
    files[path] = text;
  }
  return { id, files };
}
