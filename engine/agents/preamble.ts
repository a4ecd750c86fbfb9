/** What an agent is told of the run: always the same few facts, then as much more as the fidelity allows (R-CTX-1). */
import { join } from "node:path";
import type { JsonValue } from "../core/outcome.ts";
import type { Fidelity } from "../graph/pipeline.ts";
import { ArtifactRef } from "../stages/artifacts.ts";
import type { StageMemory, StageRequest } from "../stages/port.ts";
import { cutEnd, oneLine } from "../stages/text.ts";

interface Budget {
  /** Of the whole preamble. A token is taken for three bytes, which is on the safe side for prose and code. */
  readonly bytes: number;
  readonly stages: number;
  readonly reasonBytes: number;
  readonly valueBytes: number;
}

/** The most that a preamble takes. */
export const preambleBytes = (fidelity: Fidelity): number => BUDGETS[fidelity].bytes;

const SUMMARY_HIGH: Budget = { bytes: 9000, stages: 40, reasonBytes: 500, valueBytes: 1500 };
const BUDGETS: Readonly<Record<Fidelity, Budget>> = {
  truncate: { bytes: 1500, stages: 0, reasonBytes: 0, valueBytes: 0 },
  compact: { bytes: 4096, stages: 20, reasonBytes: 100, valueBytes: 200 },
  "summary:low": { bytes: 1800, stages: 8, reasonBytes: 80, valueBytes: 120 },
  "summary:medium": { bytes: 4500, stages: 20, reasonBytes: 200, valueBytes: 400 },
  "summary:high": SUMMARY_HIGH,
  // For a backend that holds no session: the most that a fresh one is given.
  full: SUMMARY_HIGH,
};

/** `reserved`: bytes that other engine text needs; within `compact` both together keep to 4 KB. */
export function preamble(request: StageRequest, fidelity: Fidelity, reserved: number): string {
  const budget = BUDGETS[fidelity];
  const limit = fidelity === "compact" ? budget.bytes - reserved : budget.bytes;
  const lines = facts(request, limit);
  let left = limit - bytesOf(lines);
  for (const section of [stageSection(request.history ?? [], budget), contextSection(request, budget)]) {
    const kept = fitting(section, left);
    lines.push(...kept);
    left -= bytesOf(kept);
  }
  return lines.join("\n");
}

/** Present in every mode; no single one may crowd out the others. */
function facts(request: StageRequest, limit: number): string[] {
  const { context, predecessor, stage } = request;
  const share = (part: number) => Math.floor(limit * part);
  const text = (key: string) => asText(context[key], request.logsRoot);
  const lines = [
    "# Run context",
    `- goal: ${short(request.pipeline.goal, share(0.2))}`,
    `- run ${request.runId}, node ${stage.id}, visit ${request.visit}, attempt ${request.attempt}`,
    `- last outcome: ${predecessor === null ? "none, this is the first stage" : `${predecessor.node} ended ${predecessor.outcome}`}`,
  ];
  const reason = text("failure_reason");
  if (reason !== "") {
    const where = [text("failed_node"), text("failure_class")].filter((part) => part !== "").join(", ");
    lines.push(`- cause (${short(where, 100)}): ${short(reason, share(0.25))}`);
  }
  const answers = Object.keys(context).filter((key) => key.startsWith("human.gate."));
  if (answers.length > 0) {
    const said = answers.sort().map((key) => `${key.slice("human.gate.".length)}=${text(key)}`);
    lines.push(`- human answers: ${short(said.join(", "), share(0.15))}`);
  }
  if (Object.keys(context).length > 0) lines.push(`- the whole context: ${contextFile(request.stageDir)}`);
  return lines;
}

/** What the summary leaves out can be read here. */
export const contextFile = (stageDir: string): string => join(stageDir, "context.json");

function stageSection(history: readonly StageMemory[], budget: Budget): string[] {
  if (budget.stages === 0 || history.length === 0) return [];
  const told = history.slice(-budget.stages).reverse();
  const lines = told.map(({ node, visits, status, reason }) => {
    const times = visits === 1 ? "" : ` (visit ${visits})`;
    return `- ${node}: ${status}${times}${reason ? `: ${short(reason, budget.reasonBytes)}` : ""}`;
  });
  const older = history.length - told.length;
  return ["", "## Stages so far, latest first", ...lines, ...(older > 0 ? [`- and ${older} earlier`] : [])];
}

/** Shown above, or bookkeeping that no agent needs. */
const NOT_REPEATED =
  /^(?:graph|internal|human\.gate|session)\.|^(?:outcome|failure_reason|failure_class|failure_signature|failed_node|current_node|previous_node|completed_nodes|last_stage|preferred_label)$/;

function contextSection({ context, logsRoot }: StageRequest, budget: Budget): string[] {
  if (budget.valueBytes === 0) return [];
  const seen = new Map<string, string>();
  const lines = Object.entries(context)
    .filter(([key]) => !NOT_REPEATED.test(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => {
      const text = asText(value, logsRoot);
      if (text === "") return [];
      const twin = text.length > 40 ? seen.get(text) : undefined;
      seen.set(text, key);
      return [
        `- ${short(key, 100)}: ${twin === undefined ? short(text, budget.valueBytes) : `same as ${twin}`}`,
      ];
    });
  return lines.length === 0 ? [] : ["", "## Context", ...lines];
}

/** As many lines as there is room for, and how many there was none for. */
function fitting(lines: readonly string[], room: number): string[] {
  if (bytesOf(lines) <= room) return [...lines];
  const kept: string[] = [];
  let left = room - bytesOf(["- and 99999 more, cut for size"]);
  for (const line of lines) {
    left -= bytesOf([line]);
    if (left < 0) break;
    kept.push(line);
  }
  // A heading alone tells nothing.
  return kept.length <= 2 ? [] : [...kept, `- and ${lines.length - kept.length} more, cut for size`];
}

const bytesOf = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);

const short = (text: string, maxBytes: number): string => cutEnd(oneLine(text), maxBytes);

function asText(value: JsonValue | undefined, logsRoot: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  const artifact = ArtifactRef.safeParse(value);
  if (!artifact.success) return JSON.stringify(value);
  return `${artifact.data.size} bytes, in ${logsRoot}/artifacts/${artifact.data.artifact}.json`;
}
