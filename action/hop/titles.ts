/** What a branch is called in the Actions UI: its number, which is its identity, and what the graph calls it. */
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import type { ReadOnly } from "../../engine/core/read-only-stages.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { TURN } from "./matrix.ts";

const LONGEST = 40;

/** A value of the matrix. Letters, digits, space, dot, dash and underscore alone: it stands in job names and outputs. */
export function branchTitle(
  { stages }: Pipeline,
  { index, start_node, item }: PlannedBranch,
  redact: (text: string) => string,
): string {
  const number = String(index + 1).padStart(2, "0");
  const label = stages.get(start_node)?.label || start_node;
  const named = typeof item === "string" && item !== "" ? `${label} ${item}` : label;
  // An output with a secret in it does not arrive.
  if (redact(named) !== named) return number;
  const words = named
    .replace(/[^\p{L}\p{M}\p{N} ._-]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return `${number} ${[...words].slice(0, LONGEST).join("").trim()}`.trim();
}

/** The trunk's own turn, as number 0: by the stage that needs such a job, or where all do. */
export const turnTitle = (
  pipeline: Pipeline,
  node: string,
  readOnly: ReadOnly,
  redact: (text: string) => string,
): string =>
  readOnly === "all" ? "00 Trunk" : branchTitle(pipeline, { key: "", index: TURN, start_node: node }, redact);
