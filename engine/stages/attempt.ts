/** What every kind of attempt does at its end: read the status, judge, check promises, say what was decided. */
import { relative } from "node:path";
import { mayBeSetBy } from "../core/context.ts";
import { type AttemptResult, isSuccess, type JsonValue, type Outcome, type Usage } from "../core/outcome.ts";
import type { Evidence } from "../failure/evidence.ts";
import { statusesNamed } from "../graph/condition.ts";
import { type Ending, type Judged, judge } from "./outcome.ts";
import { missingOutputs } from "./outputs.ts";
import type { StageRequest } from "./port.ts";
import type { ProcessResult } from "./process.ts";
import { type Ingested, ingestStatus, namesOf } from "./status/ingest.ts";
import { recordStatus } from "./status/record.ts";
import type { StatusSnapshot } from "./status/snapshot.ts";
import { cutEnd } from "./text.ts";

const DIAGNOSTIC_BYTES = 8 * 1024;

export interface FinishedAttempt {
  readonly evidence: Evidence;
  readonly problem: string | null;
  readonly durationMs: number;
  readonly silence: Ending["silence"];
  /** Under what the status file sets. */
  readonly contextUpdates: Readonly<Record<string, JsonValue>>;
  readonly usage?: readonly Usage[] | undefined;
  /** What a backend knows itself; no status file is read then. */
  readonly known?: Outcome | undefined;
}

export async function finishAttempt(
  request: StageRequest,
  before: StatusSnapshot,
  end: FinishedAttempt,
): Promise<AttemptResult> {
  const ingested = end.known
    ? known(request, end.known)
    : await ingestStatus(request.stageDir, before, routedStatuses(request), request.mask);
  const found = ingested.kind === "found" ? ingested : null;
  const silentTool = ingested.kind === "missing" && end.silence === "success";
  if (!silentTool && !end.known) noteDecision(request, ingested);
  const { outcome, evidence } = await keepPromises(
    request,
    judge({ ...end, problem: maskedProblem(request, end.problem), ingested }),
  );
  const standsAsWritten = !end.known && found?.outcome === outcome && !found.legacy;
  if (!silentTool && !standsAsWritten) await recordStatus(request.stageDir, outcome, found?.unknown ?? {});
  const { context_updates: said = {}, ...rest } = outcome;
  const updates = { ...end.contextUpdates, ...ownKeys(request, said) };
  return {
    outcome: Object.keys(updates).length === 0 ? rest : { ...rest, context_updates: updates },
    evidence,
    durationMs: end.durationMs,
    stageDir: relative(request.logsRoot, request.stageDir),
    ...(end.usage === undefined ? {} : { usage: end.usage }),
    ...(found === null ? {} : { unknownFields: namesOf(found.unknown) }),
  };
}

/** What the engine says in the context is not a stage's to say: left out, and told. */
function ownKeys({ stage, note }: StageRequest, updates: Readonly<Record<string, JsonValue>>) {
  const all = Object.entries(updates);
  const own = all.filter(([key]) => mayBeSetBy(stage.handler, key));
  if (own.length < all.length) {
    const refused = all.flatMap(([key]) => (mayBeSetBy(stage.handler, key) ? [] : [cutEnd(key, 100)]));
    const message = `${stage.id} may not set ${refused.slice(0, 10).join(", ")}: the engine says these itself`;
    note({ event: "warning", code: "context_key_reserved", message });
  }
  return Object.fromEntries(own);
}

const maskedProblem = ({ mask }: StageRequest, problem: string | null): string | null =>
  problem === null || mask === undefined ? problem : mask(problem);

/** A backend's own word counts like a status file that was found. */
function known({ stage }: StageRequest, outcome: Outcome): Ingested {
  const path = `the backend of ${stage.id}`;
  return { kind: "found", source: "canonical", path, outcome, unknown: {}, legacy: false, remarks: [] };
}

/** Statuses that the stage's own edges ask for. */
export function routedStatuses({ pipeline, stage }: StageRequest): ReadonlySet<string> {
  return new Set((pipeline.out.get(stage.id) ?? []).flatMap(({ condition }) => statusesNamed(condition)));
}

async function keepPromises({ stage, worktree }: StageRequest, judged: Judged): Promise<Judged> {
  if (!isSuccess(judged.outcome.status)) return judged;
  const missing = await missingOutputs(worktree, stage.outputs);
  if (missing.length === 0) return judged;
  const reason = `outputs that ${stage.id} promises are missing: ${missing.join("; ")}`;
  return {
    outcome: { status: "fail", failure_reason: reason },
    // Typed, so that words in file names cannot classify the failure.
    evidence: { ...judged.evidence, error_code: "status_contract" },
  };
}

function noteDecision(request: StageRequest, ingested: Ingested): void {
  const source = ingested.kind === "found" ? ingested.source : "";
  const said =
    ingested.kind === "found"
      ? ingested.remarks
      : ingested.kind === "invalid"
        ? ingested.reports
        : ingested.looked;
  request.note({
    event: "status_ingestion_decision",
    source,
    copied: ingested.kind === "found" && source !== "canonical",
    ...(said.length === 0 ? {} : { diagnostic: cutEnd(said.join("; "), DIAGNOSTIC_BYTES) }),
  });
}

/** What a process did beside its work that somebody should know. */
export function noteProcess(request: StageRequest, result: ProcessResult): void {
  const warn = (code: string, message: string) => request.note({ event: "warning", code, message });
  if (result.leftovers) {
    warn("processes_left", `${request.stage.id} ended and left processes running; they were ended too`);
  }
  if (result.survivors !== null) {
    warn("processes_survive", `${request.stage.id} left what cannot be ended from here: ${result.survivors}`);
  }
  for (const { problem } of [result.stdout, result.stderr]) {
    if (problem !== null) warn("stage_log_incomplete", problem);
  }
}
