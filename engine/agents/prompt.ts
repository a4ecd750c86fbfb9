/** The whole text that an agent is given: the run, the author's prompt, and how to report. */
import { asText } from "../core/context.ts";
import { KNOWN_STATUSES } from "../graph/known-statuses.ts";
import type { Fidelity } from "../graph/pipeline.ts";
import { routedStatuses } from "../stages/attempt.ts";
import type { StageRequest } from "../stages/port.ts";
import { fallbackPaths, statusPath } from "../stages/status/paths.ts";
import { cutMiddle } from "../stages/text.ts";
import { preamble } from "./preamble.ts";
import { EXPANDED_BYTES } from "./prompt-size.ts";
import { readSchema, schemaText } from "./response-schema.ts";

interface PromptOptions {
  /** The agent has the conversation so far, and needs no account of it. */
  readonly goesOn?: boolean;
  /** What people said to it before it began. */
  readonly said?: readonly string[];
}

export function buildPrompt(
  request: StageRequest,
  task: string,
  { goesOn = false, said = [] }: PromptOptions = {},
): string {
  const contract = statusContractText(request);
  const fidelity = goesOn ? "truncate" : fidelityOf(request);
  const about = preamble(request, fidelity, Buffer.byteLength(contract) + 2);
  const schema = readSchema(request.stage.attrs.get("response_schema") ?? "");
  const end = schema === null ? [] : [schemaText(schema)];
  return [about, expandContext(request, task), ...saidText(said), contract, ...end].join("\n\n");
}

const saidText = (said: readonly string[]): string[] =>
  said.length === 0 ? [] : [`# Said to you by a person meanwhile\n${said.join("\n\n")}`];

/** The edge that led here, then the node, then the graph (specification 5.4). */
const fidelityOf = ({ fidelity, stage, pipeline }: StageRequest): Fidelity =>
  fidelity ?? stage.fidelity ?? pipeline.defaultFidelity;

const CONTEXT_KEY = /\$context\.([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)/g;

/** `$context.<key>`, looked up as conditions do; a key that is not there stays as written. */
function expandContext({ context }: StageRequest, text: string): string {
  return text.replace(CONTEXT_KEY, (whole, key: string) => {
    const found = [`context.${key}`, key].find((name) => Object.hasOwn(context, name));
    return found === undefined ? whole : cutMiddle(asText(context[found]) ?? "", EXPANDED_BYTES);
  });
}

/** Asked of every backend alike, so that every backend is held to it alike. */
export function statusContractText(request: StageRequest): string {
  const { stage, stageDir, worktree } = request;
  const routed = [...routedStatuses(request)].filter(
    (status) => !KNOWN_STATUSES.some((known) => known === status),
  );
  return [
    "# How to report",
    `Last of all, write one JSON object to ${statusPath(stageDir)}`,
    `(only if you cannot write there: ${fallbackPaths(worktree).dot_ai}), for instance {"status": "success", "notes": "what was done"}.`,
    `- status: ${KNOWN_STATUSES.join(", ")}${routed.length === 0 ? "" : `; this graph also knows: ${routed.join(", ")}`}`,
    "- with fail or retry, failure_reason: what went wrong, with the exact error",
    "- with fail or retry, failure_signature: a short name of this kind of failure, the same words whenever it comes again (login-test-timeout)",
    "- if useful: preferred_label, suggested_next_ids, context_updates (small values for later stages)",
    stage.autoStatus
      ? "Without a file, a clean end counts as success."
      : "No file, or one that is not valid, counts as a failure of this stage.",
  ].join("\n");
}
