/** The log as a commit of the ledger's ref holds it, checked like a file; what was read before is not read again. */
import { listFiles, readBlobs, type TreeFile } from "../../git/objects.ts";
import type { Git } from "../../git/process.ts";
import { ORIGIN, type Position, parseLine } from "../envelope.ts";
import { LedgerError, type LedgerEvent } from "../port.ts";
import { CARRIED, PROGRESS, type Segment, segmentsOf } from "./layout.ts";

export interface GitLog {
  readonly commit: string;
  readonly segments: readonly Segment[];
  /** Work that no ref could hold, as files of the tree. */
  readonly carried: readonly TreeFile[];
  readonly events: readonly LedgerEvent[];
  readonly position: Position;
}

export async function readGitLog(
  git: Git,
  runId: string,
  commit: string,
  before: GitLog | null,
  files?: LogFiles,
): Promise<GitLog> {
  const where = placeOf(commit);
  const { segments, carried } = files ?? (await logFilesAt(git, commit));
  const known = before && continues(segments, before.segments) ? before : null;
  const fresh = segments.slice(known?.segments.length ?? 0);
  const texts = await readBlobs(
    git,
    fresh.map((segment) => segment.oid),
  );
  const events = [...(known?.events ?? [])];
  let position = known?.position ?? ORIGIN;
  for (const [n, text] of texts.entries()) {
    for (const [line, number] of linesOf(text)) {
      const event = parseLine(line, runId, position, `${where}, ${fresh[n]!.path} line ${number}`);
      events.push(event);
      position = { seq: event.seq, ts: event.ts };
    }
  }
  if (before && !known) unchanged(before, events, where);
  return { commit, segments, carried, events, position };
}

type LogFiles = Pick<GitLog, "segments" | "carried">;

/** One call for both. */
export const logFilesAt = async (git: Git, commit: string): Promise<LogFiles> =>
  logFilesIn(await listFiles(git, commit, [`${PROGRESS}/`, `${CARRIED}/`]), commit);

/** Of all that stands in the commit's tree. */
export function logFilesIn(files: readonly TreeFile[], commit: string): LogFiles {
  const below = (folder: string) => files.filter(({ path }) => path.startsWith(`${folder}/`));
  return { segments: segmentsOf(below(PROGRESS), placeOf(commit)), carried: below(CARRIED) };
}

const placeOf = (commit: string): string => `the ledger at ${commit.slice(0, 12)}`;

/** Nothing that stood was touched: the old files are the first of the new ones. */
const continues = (now: readonly Segment[], before: readonly Segment[]): boolean =>
  before.every((segment, n) => now[n]?.path === segment.path && now[n].oid === segment.oid);

/** Sealing moves lines between files and may change none of them (R-LIFE-8: the log only grows). */
function unchanged(before: GitLog, now: readonly LedgerEvent[], where: string): void {
  for (const [n, event] of before.events.entries())
    if (JSON.stringify(now[n]) !== JSON.stringify(event))
      throw new LedgerError(
        "corrupt",
        `${where} changed the line with seq ${event.seq}, which stood before`,
        "somebody else wrote to the run's ref: start the run anew, or restore the ref from a copy",
      );
}

function* linesOf(text: Buffer): Generator<[Uint8Array, number]> {
  let from = 0;
  for (let number = 1; from < text.length; number++) {
    const end = text.indexOf(0x0a, from);
    yield [text.subarray(from, end === -1 ? text.length : end), number];
    from = end === -1 ? text.length : end + 1;
  }
}
