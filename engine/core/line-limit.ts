/** One event is one line of the log, and a line has its limit: what stages, people and graphs say is made to fit before it counts. */
import { clip } from "../failure/clip.ts";
import type { BodyOf, EventBody } from "./events.ts";
import { jsonBytes } from "./json-bytes.ts";
import { isFailure, type Usage } from "./outcome.ts";

/** Under the ledger's limit, which counts the line's envelope too. */
const EVENT_BYTES = 480 * 1024;
const TEXT_BYTES = 2 * 1024;

export function fitting(body: EventBody): EventBody {
  const bytes = jsonBytes(body);
  if (bytes <= EVENT_BYTES) return body;
  return body.event === "stage_attempt_end" ? fittingEnd(body, bytes) : (cutTexts(body) as EventBody);
}

type End = BodyOf<"stage_attempt_end">;

/** What cannot be cut, because conditions and later stages read it, is left out, and the attempt has failed for that reason. */
function fittingEnd(end: End, bytes: number): End {
  const { context_updates, suggested_next_ids, unknown_fields, usage, ...rest } = end;
  const kept = cutTexts(rest) as Omit<End, "context_updates">;
  return {
    ...kept,
    // A failure keeps its own cause.
    ...(isFailure(end.status) && end.failure_reason
      ? { notes: `${bytes} bytes were to be recorded, at most ${EVENT_BYTES} fit: what it set was left out` }
      : tooLarge(end, bytes)),
    // Unknown is never zero: too many lines to keep are a cost that nobody can say.
    ...(usage === undefined ? {} : { usage: jsonBytes(usage) <= TEXT_BYTES * 8 ? usage : [unpriced(usage)] }),
  };
}

const unpriced = ([first]: readonly Usage[]): Usage => ({
  ...(first?.provider === undefined ? {} : { provider: clip(first.provider, 200).text }),
  cost_usd: null,
});

function tooLarge(end: End, bytes: number): Partial<End> & Pick<End, "status"> {
  const [longest] = Object.entries(end)
    .map(([name, value]) => ({ name, size: jsonBytes(value) }))
    .sort((a, b) => b.size - a.size);
  return {
    status: "fail",
    failure_reason: `${clip(end.node_id, 200).text} ended ${clip(end.status, 100).text} with ${bytes} bytes to record, at most ${EVENT_BYTES} fit into the log; most are in ${longest?.name}. Write what is long to a file in the worktree and pass its path on`,
    failure_class: "deterministic",
    failure_signature: `${clip(end.node_id, 200).text}|deterministic|outcome_too_large`,
    evidence: { ...end.evidence, error_code: "outcome_too_large" },
  };
}

/** Every long text in it, however deep, keeps its beginning and its end. */
function cutTexts(value: unknown): unknown {
  if (typeof value === "string") return clip(value, TEXT_BYTES).text;
  if (Array.isArray(value)) return value.map(cutTexts);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cutTexts(part)]));
}
