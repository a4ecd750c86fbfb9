/** One node, typed. */
import { textOf } from "../attributes.ts";
import type { HandlerType } from "../handler-type.ts";
import { handlerOf, KNOWN_TYPES } from "../handlers.ts";
import type { Attrs, GraphNode } from "../model.ts";
import type { FanOut, Manager, Stage } from "../pipeline.ts";
import { parseModels } from "../values.ts";
import {
  readBoolean,
  readChoice,
  readCondition,
  readDuration,
  readFidelity,
  readInteger,
  readList,
  readNumber,
  readTexts,
} from "./read.ts";
import { type readGraphRetry, readStageRetry } from "./retry.ts";

const WEEK_MS = 7 * 86_400_000;

export interface StageDefaults {
  readonly graph: Attrs;
  readonly retry: ReturnType<typeof readGraphRetry>;
  readonly customTypes: ReadonlySet<string>;
}

export function compileStage(node: GraphNode, defaults: StageDefaults): Stage {
  const { attrs, id } = node;
  const handler = handlerOf(node);
  const type = textOf(attrs, "type");
  const label = textOf(attrs, "label") ?? id;
  const timeoutMs = readDuration(attrs, "timeout", true);
  const models = parseModels(textOf(attrs, "escalation_models") ?? "");
  return {
    id,
    handler,
    customType: type !== null && !KNOWN_TYPES.has(type) && defaults.customTypes.has(type) ? type : null,
    label,
    prompt: promptOf(attrs, handler, label),
    toolCommand: textOf(attrs, "tool_command"),
    ...readStageRetry(defaults.retry, attrs),
    goalGate: readBoolean(attrs, "goal_gate") ?? false,
    retryTarget: textOf(attrs, "retry_target"),
    fallbackRetryTarget: textOf(attrs, "fallback_retry_target"),
    timeoutMs: timeoutMs === 0 ? null : timeoutMs,
    autoStatus: readBoolean(attrs, "auto_status") ?? false,
    allowPartial: readBoolean(attrs, "allow_partial") ?? false,
    fidelity: readFidelity(attrs, "fidelity"),
    threadId: textOf(attrs, "thread_id"),
    classes: node.classes,
    llmModel: textOf(attrs, "llm_model"),
    llmProvider: textOf(attrs, "llm_provider"),
    reasoningEffort: textOf(attrs, "reasoning_effort") ?? "high",
    maxAgentTurns: readInteger(attrs, "max_agent_turns", 1),
    escalationModels: models.ok ? models.value : [],
    fanOut: handler === "parallel" ? readFanOut(attrs) : null,
    merge: readChoice(attrs, "merge", ["winner", "all", "none"]) ?? "winner",
    manager: handler === "stack.manager_loop" ? readManager(attrs, defaults.graph) : null,
    humanDefaultChoice: textOf(attrs, "human.default_choice"),
    humanTimeoutMs: readDuration(attrs, "human.timeout") ?? WEEK_MS,
    humanFreeform: readBoolean(attrs, "human.freeform") ?? false,
    privileged: handler === "tool" && (readBoolean(attrs, "privileged") ?? false),
    outputs: readList(attrs, "outputs"),
    budgetUsd: readNumber(attrs, "budget_usd", { above: 0 }),
    attrs: readTexts(attrs),
  };
}

/** What is put to a model or a person; only these two handlers fall back to the label. */
function promptOf(attrs: Attrs, handler: HandlerType, label: string): string {
  if (handler === "wait.human") return textOf(attrs, "question") ?? textOf(attrs, "prompt") ?? label;
  return textOf(attrs, "prompt") ?? (handler === "agent" ? label : "");
}

function readFanOut(attrs: Attrs): FanOut {
  return {
    joinPolicy:
      readChoice(attrs, "join_policy", ["wait_all", "first_success", "k_of_n", "quorum"]) ?? "wait_all",
    errorPolicy: readChoice(attrs, "error_policy", ["continue", "fail_fast", "ignore"]) ?? "continue",
    k: readInteger(attrs, "k", 1) ?? 1,
    quorumFraction: readNumber(attrs, "quorum_fraction", { above: 0, max: 1 }) ?? 0.5,
    maxParallel: readInteger(attrs, "max_parallel", 1) ?? 4,
    itemsKey: textOf(attrs, "items"),
  };
}

function readManager(node: Attrs, graph: Attrs): Manager {
  const actions = readList(node, "manager.actions");
  const known = (["observe", "steer", "wait"] as const).filter((action) => actions.includes(action));
  return {
    childDotfile: textOf(node, "stack.child_dotfile") ?? textOf(graph, "stack.child_dotfile"),
    childWorkdir: textOf(node, "stack.child_workdir") ?? textOf(graph, "stack.child_workdir"),
    childAutostart: readBoolean(node, "stack.child_autostart") ?? true,
    pollIntervalMs: readDuration(node, "manager.poll_interval") ?? 45_000,
    maxCycles: readInteger(node, "manager.max_cycles", 1) ?? 1000,
    stopCondition: readCondition(textOf(node, "manager.stop_condition") ?? ""),
    actions: known.length > 0 ? known : ["observe", "wait"],
  };
}
