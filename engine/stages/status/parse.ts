/** The bytes of a status file become an outcome, or a report that says where they break the contract. */
import { z } from "zod";
import { isFailure, type Outcome } from "../../core/outcome.ts";
import { isKnownStatus } from "../../graph/known-statuses.ts";
import { canonicalStatus, nearestStatus } from "../../graph/statuses.ts";
import { redactDeep } from "../../redact/redact.ts";
import { CONTEXT_VALUE_BYTES } from "../artifacts.ts";
import { cutEnd, oneLine } from "../text.ts";
import { type JsonPlace, readJson } from "./json.ts";
import { classHints, legacyReason } from "./legacy.ts";

export type Mask = (text: string) => string;

export interface Report {
  readonly path: string;
  readonly at: JsonPlace | null;
  readonly field: string | null;
  readonly problem: string;
}

export type ParsedStatus =
  | {
      readonly ok: true;
      readonly outcome: Outcome;
      /** Fields that the contract does not know, as they were. */
      readonly unknown: Readonly<Record<string, unknown>>;
      /** Written in an older shape or spelling. */
      readonly legacy: boolean;
    }
  | { readonly ok: false; readonly report: Report };

/** With the engine's own fields it must fit into one event of the log. */
const OUTCOME_BYTES = 192 * 1024;

/** Agents write null or "" for what they leave out. */
const blankIsAbsent = (value: unknown): unknown => (value === null || value === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsAbsent, schema.optional());

const text = z.string();
const Payload = z.looseObject({
  status: optional(text),
  /** The field's name in older files and in the public specification's appendix. */
  outcome: optional(text),
  preferred_label: optional(text),
  preferred_next_label: optional(text),
  suggested_next_ids: optional(z.array(text)),
  context_updates: optional(z.record(text, z.json())),
  notes: optional(text),
  failure_reason: optional(text),
  failure_class: optional(text),
  failure_signature: optional(text),
});
type Payload = z.infer<typeof Payload>;
const KNOWN_FIELDS = new Set(Object.keys(Payload.shape));

/** `routed`: statuses that the stage's own edges ask for; such a word is no slip. */
export function parseStatus(
  path: string,
  bytes: Uint8Array,
  routed: ReadonlySet<string>,
  mask: Mask = (text) => text,
): ParsedStatus {
  const fail = (problem: string, at: JsonPlace | null = null, field: string | null = null): ParsedStatus => ({
    ok: false,
    report: { path, at, field, problem },
  });
  const source = decode(bytes);
  if (source === null) return fail("it is not UTF-8 text");
  if (source.trim() === "") return fail("it is empty");
  const json = readJson(source);
  if (!json.ok) return fail(json.error, json.at);
  const inField = (name: string, problem: string) => fail(problem, json.fieldAt.get(name) ?? null, name);

  const parsed = Payload.safeParse(json.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const [field] = issue.path;
    if (field === undefined)
      return fail(`expected an object, found ${kindOf(json.value)}`, { line: 1, column: 1 });
    return fail(issue.message, json.fieldAt.get(String(field)) ?? null, issue.path.join("."));
  }
  const payload = maskedPayload(parsed.data, mask);

  const statusField = payload.status === undefined ? "outcome" : "status";
  const written = payload[statusField];
  if (written === undefined) return fail("it has no `status`");
  const status = canonicalStatus(written);
  if (payload.outcome !== undefined && canonicalStatus(payload.outcome) !== status) {
    return inField(
      "outcome",
      `it says status "${written}" and outcome "${payload.outcome}"; keep only the status`,
    );
  }
  const problem = statusProblem(status, routed);
  if (problem !== null) return inField(statusField, problem);
  const large = tooLarge(payload.context_updates);
  if (large !== null) return inField("context_updates", large);

  const outcome = outcomeOf(payload, status, path, mask(source));
  const total = Buffer.byteLength(JSON.stringify(outcome));
  if (total > OUTCOME_BYTES)
    return fail(
      `its fields have ${total} bytes together, at most ${OUTCOME_BYTES} fit into the log; write what is long to a file in the worktree and put the path here`,
    );

  const unknown = Object.entries(payload).filter(([name]) => !KNOWN_FIELDS.has(name));
  return {
    ok: true,
    outcome,
    unknown: Object.fromEntries(unknown),
    legacy: statusField === "outcome" || payload.preferred_next_label !== undefined || written !== status,
  };
}

/** What chooses edges stays as it is: a label is in the graph already. */
function maskedPayload(payload: Payload, mask: Mask): Payload {
  const { status, outcome, preferred_label, preferred_next_label, suggested_next_ids } = payload;
  const kept = { status, outcome, preferred_label, preferred_next_label, suggested_next_ids };
  return { ...redactDeep(payload, mask), ...given(kept) };
}

const given = (fields: Partial<Payload>): Partial<Payload> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function outcomeOf(payload: Payload, status: string, path: string, source: string): Outcome {
  const label = payload.preferred_label ?? payload.preferred_next_label;
  const { updates, failureClass, failureSignature } = classHints(payload);
  const reason = payload.failure_reason ?? (isFailure(status) ? legacyReason(payload) : undefined);
  return {
    status,
    ...(label === undefined ? {} : { preferred_label: label }),
    ...(payload.suggested_next_ids === undefined ? {} : { suggested_next_ids: payload.suggested_next_ids }),
    ...(updates === undefined ? {} : { context_updates: updates }),
    ...(payload.notes === undefined ? {} : { notes: payload.notes }),
    ...(reason !== undefined
      ? { failure_reason: reason }
      : isFailure(status)
        ? {
            failure_reason: `${path} says "${status}" and gives no failure_reason; it holds: ${excerpt(source)}`,
          }
        : {}),
    ...(failureClass === undefined ? {} : { failure_class: failureClass }),
    ...(failureSignature === undefined ? {} : { failure_signature: failureSignature }),
  };
}

function statusProblem(status: string, routed: ReadonlySet<string>): string | null {
  if (isKnownStatus(status) || routed.has(status)) return null;
  if (status === "") return "the status is blank";
  if (status.length > 100 || /[\u0000-\u001f]/.test(status)) return "a status is one short word";
  const meant = nearestStatus(status);
  return meant === null ? null : `"${status}" is not a status; write "${meant}"`;
}

function tooLarge(updates: Outcome["context_updates"]): string | null {
  for (const [key, value] of Object.entries(updates ?? {})) {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes > CONTEXT_VALUE_BYTES) {
      return `the value of "${key}" has ${bytes} bytes, a context value at most ${CONTEXT_VALUE_BYTES}; write it to a file in the worktree and put the path here`;
    }
  }
  return null;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;

const excerpt = (source: string): string => cutEnd(oneLine(source), 500);

export function describe({ path, at, field, problem }: Report): string {
  const place = at === null ? "" : `:${at.line}:${at.column}`;
  return `${path}${place}: ${field === null ? "" : `${field}: `}${problem}`;
}
