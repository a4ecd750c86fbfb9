/** The files that stand beside a log: end, live, checkpoint, and status files where the engine did not look. */
import { join } from "node:path";
import type { CheckpointFacts, OpenStage, RunEnd, RunFacts, ScopeFacts } from "../facts/facts.ts";
import { isObject, listField, number, object, type RawJson, textOfField } from "../facts/read.ts";
import { readJsonFile } from "./plain.ts";

const MOST_NAMES = 20_000;

/** A file that is there and cannot be read is reported as damage. */
function jsonAt(facts: RunFacts, root: string, file: string): { value: RawJson; bytes: number } | null {
  const opened = readJsonFile(join(root, file));
  if (opened.kind === "missing") return null;
  if (opened.kind === "read" && isObject(opened.value)) return { value: opened.value, bytes: opened.bytes };
  const what = opened.kind === "refused" ? opened.why : "not what its name says";
  facts.damage.push({ file, what, severity: "warning", line: null, count: 1 });
  return null;
}

export function readOtherFiles(facts: RunFacts, scope: ScopeFacts, root: string, folder: string): void {
  const live = jsonAt(facts, root, join(folder, "live.json"));
  if (live) scope.files.live = { file: join(folder, "live.json"), ...liveOf(live.value) };
  const file = join(folder, "checkpoint.json");
  const checkpoint = jsonAt(facts, root, file);
  if (checkpoint) scope.files.checkpoint = checkpointOf(file, checkpoint.value, checkpoint.bytes);
  const final = jsonAt(facts, root, join(folder, "final.json"));
  if (final) scope.files.final = true;
  if (final && scope.key === "") facts.ended = endOf(final.value, join(folder, "final.json"), facts.ended);
  for (const path of [".ai/status.json", "status.json"])
    elsewhere(scope, root, join(folder, "worktree", path));
}

function elsewhere(scope: ScopeFacts, root: string, path: string): void {
  const found = readJsonFile(join(root, path));
  if (found.kind !== "read" || !isObject(found.value)) return;
  const status = textOfField(found.value, "status") || textOfField(found.value, "outcome");
  scope.files.elsewhere.push({ path, status: status || "no status" });
}

/** Ours lists what goes on; Kilroy's is its last event. */
function liveOf(value: RawJson): { stages: OpenStage[]; running: boolean } {
  const current = listField(value, "current").filter(isObject);
  if (Array.isArray(value.current)) {
    const stages = current
      .filter((stage) => stage.phase === "running")
      .map((stage) => ({
        branch: textOfField(stage, "branch_key"),
        node: textOfField(stage, "node_id"),
        attempt: `${number(stage, "visit") ?? 0}/${number(stage, "attempt") ?? 1}`,
        event: "running",
      }));
    return { stages, running: textOfField(value, "status") === "running" };
  }
  const event = textOfField(value, "event");
  const beat = event === "stage_heartbeat";
  return {
    stages: beat ? [{ branch: "", node: textOfField(value, "node_id"), attempt: "", event }] : [],
    running: false,
  };
}

function checkpointOf(file: string, value: RawJson, bytes: number): CheckpointFacts {
  const completed = listField(value, "completed_nodes");
  return {
    file,
    node: textOfField(value, "current_node"),
    ms: Date.parse(textOfField(value, "timestamp")) || 0,
    seq: number(value, "seq"),
    bytes,
    completed: completed.length,
    distinct: new Set(completed).size,
    retries: retriesOf(value),
    branchRetries: new Map(
      Object.entries(object(value, "branches"))
        .slice(0, MOST_NAMES)
        .flatMap(([key, branch]) => (isObject(branch) ? [[key, retriesOf(branch)]] : [])),
    ),
  };
}

const retriesOf = (value: RawJson): Map<string, number> =>
  new Map(
    Object.entries(object(value, "node_retries"))
      .slice(0, MOST_NAMES)
      .filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );

/** The file is the run's word about its end; what the log says more exactly is kept. */
function endOf(value: RawJson, file: string, known: RunEnd | null): RunEnd {
  const said = textOfField(value, "status");
  const status = said === "success" || said === "canceled" ? said : "fail";
  const ts = textOfField(value, "finished_at") || textOfField(value, "timestamp");
  const mark = known?.mark ?? { ms: Date.parse(ts) || 0, ts, file, line: null, seq: null };
  return {
    status,
    reason: textOfField(value, "failure_reason") || known?.reason || "",
    class: textOfField(value, "failure_class") || known?.class || "",
    node: textOfField(value, "failed_node") || known?.node || "",
    mark,
  };
}
