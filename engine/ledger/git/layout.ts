/**
 * How a log lies in a git tree: `progress/h<hop>/<nnn>.ndjson`, one file an append; a full or finished folder is sealed
 * into `progress/h<hop>-<nnn>.ndjson`. So an append writes a few small objects however long the run is.
 */
import type { TreeFile } from "../../git/objects.ts";
import { MAX_EVENT_BYTES } from "../envelope.ts";
import { LedgerError, type LedgerEvent } from "../port.ts";

export const PROGRESS = "progress";
/** Bundles of commits that no ref may hold (docs/decisions/162). */
export const CARRIED = "work";
export const CHECKPOINT = "checkpoint.json";
/** Files an open folder may hold before it is sealed. */
const MAX_SEGMENTS = 64;
/** A sealed file ends at the last line before this; hosts advise against larger objects. */
const MAX_FILE_BYTES = MAX_EVENT_BYTES;

export interface Segment extends TreeFile {
  readonly hop: number;
  readonly sealed: boolean;
  readonly number: number;
}

const OPEN = /^progress\/h(\d{1,6})\/(\d{3,6})\.ndjson$/;
const SEALED = /^progress\/h(\d{1,6})-(\d{3,6})\.ndjson$/;

const openPath = (hop: number, number: number): string => `${PROGRESS}/h${hop}/${padded(number)}.ndjson`;
const sealedPath = (hop: number, number: number): string => `${PROGRESS}/h${hop}-${padded(number)}.ndjson`;

const padded = (number: number): string => String(number).padStart(3, "0");

/** The files of a log in the order of their lines. */
export function segmentsOf(files: readonly TreeFile[], where: string): Segment[] {
  return files
    .map((file) => {
      const open = OPEN.exec(file.path);
      const [, hop, number] = open ?? SEALED.exec(file.path) ?? [];
      if (hop === undefined || number === undefined || file.bytes > MAX_FILE_BYTES)
        throw unexpected(file, where);
      return { ...file, hop: Number(hop), number: Number(number), sealed: open === null };
    })
    .sort((a, b) => a.hop - b.hop || Number(b.sealed) - Number(a.sealed) || a.number - b.number);
}

const unexpected = (file: TreeFile, where: string): LedgerError =>
  new LedgerError(
    "corrupt",
    `${where} holds ${file.path} (${file.bytes} bytes), which no ledger wrote`,
    "somebody else wrote to the run's ref: start the run anew, or restore the ref from a copy",
  );

/** The hop in whose folder new lines go: never before that of the lines that stand. */
export function hopOf(segments: readonly Segment[], events: readonly LedgerEvent[]): number {
  let hop = segments.at(-1)?.hop ?? 0;
  for (const event of events) {
    const named = event.hop;
    if (typeof named === "number" && Number.isSafeInteger(named) && named > hop && named < 1e6) hop = named;
  }
  return hop;
}

/** The open files that an append will seal: those of a finished hop, or of the hop whose folder is full. */
export function toSeal(segments: readonly Segment[], hop: number, finished: number | null): Segment[] {
  const open = segments.filter((each) => !each.sealed && each.hop === (finished ?? hop));
  return finished !== null || open.length >= MAX_SEGMENTS ? open : [];
}

/**
 * The changes of the tree that store `lines` in `hop`: path to content, null for what goes. `standing` are the texts of
 * the files that `toSeal` named. Lines of a hop that is finished with them are sealed at once.
 */
export function changesFor(
  segments: readonly Segment[],
  hop: number,
  lines: readonly string[],
  finished: number | null,
  standing: readonly string[],
): Map<string, string | null> {
  const changes = new Map<string, string | null>();
  const over = toSeal(segments, hop, finished);
  const old = standing.flatMap((text) => text.split(/(?<=\n)/));
  const sealing = finished === hop ? [...old, ...lines] : old;
  if (over.length > 0) changes.set(`${PROGRESS}/h${over[0]!.hop}`, null);
  if (sealing.length > 0) {
    const to = finished ?? hop;
    const next = after(segments.filter((each) => each.sealed && each.hop === to));
    for (const [n, piece] of pieces(sealing).entries()) changes.set(sealedPath(to, next + n), piece);
  }
  if (finished !== hop) {
    const next =
      over[0]?.hop === hop ? 0 : after(segments.filter((each) => !each.sealed && each.hop === hop));
    for (const [n, piece] of pieces(lines).entries()) changes.set(openPath(hop, next + n), piece);
  }
  return changes;
}

const after = (segments: readonly Segment[]): number => (segments.at(-1)?.number ?? -1) + 1;

/** Whole lines, as many in a piece as fit. */
function pieces(lines: readonly string[]): string[] {
  const found: string[] = [];
  let piece: string[] = [];
  let size = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    if (size + bytes > MAX_FILE_BYTES) {
      found.push(piece.join(""));
      piece = [];
      size = 0;
    }
    piece.push(line);
    size += bytes;
  }
  if (piece.length > 0) found.push(piece.join(""));
  return found;
}
