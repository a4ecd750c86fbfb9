/** Attributes of the graph itself, and of subgraphs. */

import { INPUT_TYPES } from "../input-types.ts";
import { type Attribute, count, fidelity, list, nodeId, refused, row, text } from "./kinds.ts";
import { sharedRows } from "./shared.ts";

const limit = { kind: "integer" } as const;

export const GRAPH_ROWS: readonly Attribute[] = [
  row(
    "graph",
    "goal",
    text,
    "What the run is for: replaces `$goal` in prompts and is the context key `graph.goal`.",
  ),
  row("graph", "label", text, "Display name in pictures and reports."),
  row(
    "graph",
    "model_stylesheet",
    { kind: "stylesheet" },
    "Rules that give stages model, provider, effort and token limit.",
  ),
  row("graph", "default_max_retries", count, "Attempts after the first, for stages without `max_retries`.", {
    aliases: ["default_max_retry"],
    default: "0",
  }),
  row(
    "graph",
    "retry_target",
    nodeId,
    "Where a failed stage or an unsatisfied goal gate goes when the node names no target.",
  ),
  row("graph", "fallback_retry_target", nodeId, "The same, when `retry_target` is not there."),
  row(
    "graph",
    "default_fidelity",
    fidelity,
    "Fidelity of stages that neither say their own nor are reached by an edge that does.",
    {
      aliases: ["context_fidelity_default"],
      default: "compact",
    },
  ),
  row("graph", "thread_id", text, "Thread of stages with fidelity `full` that name none.", {
    aliases: ["context_thread_default"],
  }),
  row("graph", "max_restarts", limit, "How often `loop_restart` edges may restart a run; at least 1.", {
    default: "50",
  }),
  row(
    "graph",
    "loop_restart_signature_limit",
    limit,
    "How often the same failure may come back before the run ends; at least 1.",
    {
      default: "3",
    },
  ),
  row(
    "graph",
    "max_node_visits",
    limit,
    "How often one stage may be visited, whatever its outcomes; at least 1. Every loop ends by it at the latest.",
    {
      default: "200",
    },
  ),
  row(
    "graph",
    "max_node_failures",
    limit,
    "How often one stage may end as failed without a success of its own between; at least 1.",
    {
      default: "8",
    },
  ),
  row(
    "graph",
    "retries_before_escalation",
    count,
    "Failures on one model before the next of `escalation_models` is tried.",
    {
      default: "2",
    },
  ),
  row("graph", "loop_restart_persist_keys", list, "Context keys kept over a restart."),
  row(
    "graph",
    "inputs",
    list,
    "Inputs of a run. Each must be given unless it has a default; `$input.<key>` in prompts, labels and the goal is replaced.",
  ),
  row(
    "graph",
    "input.KEY.type",
    { kind: "enum", values: INPUT_TYPES },
    "What the input KEY may be. A `file` is a path inside the repository. A `secret` is given as the name of an environment variable; stages find what that holds in `ATTRACTOR_INPUT_KEY`, and it is replaced in no prompt.",
    { default: "text" },
  ),
  row("graph", "input.KEY.label", text, "What the input KEY is for, where somebody is asked for it."),
  row("graph", "input.KEY.default", text, "Value of the input KEY when nobody gives one."),
  row("graph", "input.KEY.choices", list, "The values that the input KEY may have."),
  row(
    "graph",
    "input.KEY.pattern",
    text,
    "What the input KEY must match, as `matches` does in conditions: somewhere, so write `^` and `$` for the whole.",
  ),
  row("graph", "outputs", list, "Paths of the worktree that are collected when the run ends."),
  ...sharedRows("graph"),
  refused(
    "graph",
    "provenance_version",
    "warning",
    "template-specific checks of another program; nothing reads it here",
  ),
  row(
    "subgraph",
    "label",
    text,
    "Gives every node inside a class for the stylesheet: lower case, spaces become hyphens.",
  ),
];
