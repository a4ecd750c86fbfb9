/** The environment of a stage: little of the driver's own, what the author declared, and the run's variables. */
import type { JsonValue } from "../core/outcome.ts";
import { declaredEnv, inheritedEnv, type ParentEnv } from "./inherit-env.ts";
import type { StageRequest } from "./port.ts";
import { fallbackPaths, statusPath } from "./status/paths.ts";

/** The run's variables and the names that existing graphs use for the same. One table; the docs are made from it. */
export const STAGE_VARIABLES: readonly {
  readonly names: readonly string[];
  readonly meaning: string;
  readonly value: (request: StageRequest) => string;
}[] = [
  { names: ["ATTRACTOR_RUN_ID", "KILROY_RUN_ID"], meaning: "the run", value: (r) => r.runId },
  {
    names: ["ATTRACTOR_ROOT_RUN_ID"],
    meaning: "the run, or the one whose manager started it",
    value: (r) => r.rootRunId ?? r.runId,
  },
  { names: ["ATTRACTOR_NODE_ID", "KILROY_NODE_ID"], meaning: "this node", value: (r) => r.stage.id },
  { names: ["ATTRACTOR_VISIT"], meaning: "which visit of the node, from 1", value: (r) => String(r.visit) },
  {
    names: ["ATTRACTOR_ATTEMPT"],
    meaning: "which attempt of the visit, from 1",
    value: (r) => String(r.attempt),
  },
  { names: ["ATTRACTOR_LOGS_ROOT", "KILROY_LOGS_ROOT"], meaning: "the run folder", value: (r) => r.logsRoot },
  {
    names: ["ATTRACTOR_STAGE_DIR", "KILROY_STAGE_LOGS_DIR"],
    meaning: "the folder of this attempt",
    value: (r) => r.stageDir,
  },
  {
    names: ["ATTRACTOR_WORKTREE", "KILROY_WORKTREE_DIR"],
    meaning: "the tree the stage works in, also its working directory",
    value: (r) => r.worktree,
  },
  {
    names: ["GIT_CEILING_DIRECTORIES"],
    meaning: "the run folder: git in a stage finds no repository around it",
    value: (r) => r.logsRoot,
  },
  {
    names: ["ATTRACTOR_STATUS_PATH", "KILROY_STAGE_STATUS_PATH"],
    meaning: "where the stage writes its status file",
    value: (r) => statusPath(r.stageDir),
  },
  {
    names: ["KILROY_STAGE_STATUS_FALLBACK_PATH"],
    meaning: "read only when the status path holds nothing",
    value: (r) => fallbackPaths(r.worktree).dot_ai,
  },
  {
    names: ["ATTRACTOR_PREDECESSOR_NODE", "KILROY_PREDECESSOR_NODE"],
    meaning: "the node before this one, empty at the start",
    value: (r) => r.predecessor?.node ?? "",
  },
  {
    names: ["ATTRACTOR_PREDECESSOR_OUTCOME", "KILROY_PREDECESSOR_OUTCOME"],
    meaning: "how that node ended",
    value: (r) => r.predecessor?.outcome ?? "",
  },
  {
    names: ["ATTRACTOR_ITEM"],
    meaning: "in a branch over a list: its item, text as it is and anything else as JSON",
    value: (r) => itemOf(r.context["work.item"]),
  },
];

const itemOf = (item: JsonValue | undefined): string =>
  item === undefined ? "" : typeof item === "string" ? item : JSON.stringify(item);

export function stageEnv(
  request: StageRequest,
  parent: ParentEnv,
  declared: readonly string[],
): Record<string, string> {
  const env = { ...inheritedEnv(parent), ...declaredEnv(parent, declared) };
  // A secret's input is the name of the variable that holds it, so that no log has its value.
  const secrets = new Set(
    request.pipeline.inputSpecs.flatMap(({ key, type }) => (type === "secret" ? [key] : [])),
  );
  for (const [key, value] of Object.entries(request.inputs).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = key.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
    for (const prefix of ["ATTRACTOR", "KILROY"])
      env[`${prefix}_INPUT_${name}`] ??= secrets.has(key) ? (parent[value] ?? "") : value;
  }
  for (const { names, value } of STAGE_VARIABLES) for (const name of names) env[name] = value(request);
  return env;
}
