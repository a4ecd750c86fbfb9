/** Names as people know them: a stage's label, a branch's item. */
import type { PlannedBranch } from "../../core/events/flow.ts";
import type { JsonValue } from "../../core/outcome.ts";
import type { Pipeline } from "../../graph/pipeline.ts";

const LONGEST = 80;

export function labelOf(pipeline: Pipeline, id: string): string {
  const label = pipeline.stages.get(id)?.label.replace(/\s+/g, " ").trim() ?? "";
  return label === "" ? id : label;
}

export function branchLabel(pipeline: Pipeline, branch: Pick<PlannedBranch, "start_node" | "item">): string {
  const item = itemText(branch.item);
  return item === null ? labelOf(pipeline, branch.start_node) : item;
}

function itemText(item: JsonValue | undefined): string | null {
  if (item === undefined || item === null) return null;
  if (typeof item !== "object") return cut(String(item));
  if (Array.isArray(item)) return null;
  const name = item.name ?? item.title ?? item.id ?? item.path;
  return typeof name === "string" && name !== "" ? cut(name) : null;
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
