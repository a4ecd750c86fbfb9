/** Finds the status that a stage left: canonical, then the worktree's, then `.ai`'s (R-STAT-1, R-STAT-2, R-STAT-3). */
import { join } from "node:path";
import type { Outcome } from "../../core/outcome.ts";
import { writeNewFile } from "../../git/plain-file.ts";
import { cutEnd } from "../text.ts";
import { describe, type Mask, type ParsedStatus, parseStatus } from "./parse.ts";
import { FALLBACKS, type StatusSource, statusPath } from "./paths.ts";
import { type FoundStatus, readStatusFile } from "./read.ts";
import type { StatusSnapshot } from "./snapshot.ts";

export type Ingested =
  | {
      readonly kind: "found";
      readonly source: StatusSource;
      readonly path: string;
      readonly outcome: Outcome;
      readonly unknown: Readonly<Record<string, unknown>>;
      readonly legacy: boolean;
      /** What else is worth telling: invalid files passed over, older shapes, unknown fields. */
      readonly remarks: readonly string[];
    }
  | { readonly kind: "invalid"; readonly reports: readonly string[] }
  /** Nothing was written anywhere; one line per path that was looked at. */
  | { readonly kind: "missing"; readonly looked: readonly string[] };

export async function ingestStatus(
  stageDir: string,
  before: StatusSnapshot,
  routed: ReadonlySet<string>,
  mask?: Mask,
): Promise<Ingested> {
  const path = statusPath(stageDir);
  const written = readStatusFile(path);
  const decided =
    written.kind === "missing"
      ? await fromFallbacks(path, before, routed, mask)
      : fromCanonical(path, parse(path, written, routed, mask));
  await clearReserved(stageDir, before);
  return decided;
}

function fromCanonical(path: string, parsed: ParsedStatus): Ingested {
  if (!parsed.ok) return { kind: "invalid", reports: [describe(parsed.report)] };
  return found("canonical", path, parsed, []);
}

async function fromFallbacks(
  canonical: string,
  before: StatusSnapshot,
  routed: ReadonlySet<string>,
  mask: Mask | undefined,
): Promise<Ingested> {
  const looked = [`${canonical}: not there`];
  const reports: string[] = [];
  for (const source of FALLBACKS) {
    const path = before.paths[source];
    const file = before.fresh(source);
    if (file === null) {
      looked.push(`${path}: stood there before this attempt and was not written by it`);
    } else if (file.kind === "missing") {
      looked.push(`${path}: not there`);
    } else {
      const parsed = parse(path, file, routed, mask);
      if (parsed.ok && file.kind === "file") {
        await writeNewFile(canonical, file.bytes);
        await before.consume(source);
        return found(source, path, parsed, reports);
      }
      if (!parsed.ok) reports.push(describe(parsed.report));
    }
  }
  return reports.length > 0 ? { kind: "invalid", reports } : { kind: "missing", looked };
}

/** `.ai/status.json` belongs to this contract: what an attempt left there unread is kept in its folder, not committed. */
async function clearReserved(stageDir: string, before: StatusSnapshot): Promise<void> {
  const left = before.fresh("dot_ai");
  if (left?.kind !== "file") return;
  await writeNewFile(join(stageDir, "status.unread.json"), left.bytes);
  await before.consume("dot_ai");
}

function found(
  source: StatusSource,
  path: string,
  parsed: ParsedStatus & { ok: true },
  passedOver: readonly string[],
): Ingested {
  const { outcome, unknown, legacy } = parsed;
  const names = Object.keys(unknown);
  const remarks = [
    ...passedOver,
    ...(legacy ? [`${path} is written in an older way; it was normalised`] : []),
    ...(names.length === 0 ? [] : [`${path}: unknown fields kept: ${namesOf(unknown).join(", ")}`]),
  ];
  return { kind: "found", source, path, outcome, unknown, legacy, remarks };
}

const NAMES_TOLD = 50;

/** Of unknown fields: a file may have a hundred thousand. */
export function namesOf(unknown: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(unknown);
  const told = names.slice(0, NAMES_TOLD).map((name) => cutEnd(name, 100));
  return names.length > NAMES_TOLD ? [...told, `and ${names.length - NAMES_TOLD} more`] : told;
}

function parse(
  path: string,
  file: Exclude<FoundStatus, { kind: "missing" }>,
  routed: ReadonlySet<string>,
  mask: Mask | undefined,
): ParsedStatus {
  return file.kind === "file"
    ? parseStatus(path, file.bytes, routed, mask)
    : { ok: false, report: { path, at: null, field: null, problem: file.why } };
}
