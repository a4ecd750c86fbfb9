/** For every honoured attribute a value, and what a pipeline shows of it. */
import { settingsOf } from "../../engine/agents/settings.ts";
import type { Pipeline, Route, Stage } from "../../engine/graph/pipeline.ts";

export interface Probe {
  readonly value: string;
  /** Other attributes of the node, when the effect needs them. */
  readonly beside?: string;
  readonly effect: (pipeline: Pipeline, work: Stage, route: Route) => unknown;
  readonly is: unknown;
}

const text = (effect: Probe["effect"], value = "some text"): Probe => ({ value, effect, is: value });
/** Read by a later room, which finds it as text; lint has checked its type. */
const handedOn = (name: string, value = "7"): Probe => ({
  value,
  effect: (_, work) => work.attrs.get(name),
  is: value,
});
const onGraph = (name: string, value = "7"): Probe => ({
  value,
  effect: ({ attrs }) => attrs.get(name),
  is: value,
});

const BACKOFF: Readonly<Record<string, Probe>> = {
  "retry.backoff.initial_delay_ms": { value: "9", effect: (_, { backoff }) => backoff.initialDelayMs, is: 9 },
  "retry.backoff.backoff_factor": { value: "1.5", effect: (_, { backoff }) => backoff.factor, is: 1.5 },
  "retry.backoff.max_delay_ms": { value: "9", effect: (_, { backoff }) => backoff.maxDelayMs, is: 9 },
  "retry.backoff.jitter": { value: "false", effect: (_, { backoff }) => backoff.jitter, is: false },
  retry_policy: { value: "patient", effect: (_, { maxRetries }) => maxRetries, is: 2 },
  retry_on: {
    value: "budget_exhausted",
    effect: (_, { retryOn }) => retryOn.join(),
    is: "budget_exhausted",
  },
  llm_model: text((_, { llmModel }) => llmModel),
  llm_provider: text((_, { llmProvider }) => llmProvider),
  reasoning_effort: text((_, { reasoningEffort }) => reasoningEffort, "low"),
  max_tokens: handedOn("max_tokens"),
};
const FAN = "shape=component";
const GATE = "shape=hexagon";
const MANAGER = 'shape=house, "stack.child_dotfile"="c.dot"';

export const PROBES: Readonly<Record<string, Readonly<Record<string, Probe>>>> = {
  graph: {
    ...BACKOFF,
    goal: text(({ goal }) => goal),
    label: text(({ label }) => label),
    model_stylesheet: { value: "* { llm_model: m; }", effect: (_, { llmModel }) => llmModel, is: "m" },
    default_max_retries: { value: "2", effect: (_, { maxRetries }) => maxRetries, is: 2 },
    retry_target: text(({ retryTarget }) => retryTarget, "work"),
    fallback_retry_target: text(({ fallbackRetryTarget }) => fallbackRetryTarget, "work"),
    default_fidelity: text(({ defaultFidelity }) => defaultFidelity, "summary:low"),
    thread_id: text(({ defaultThread }) => defaultThread),
    max_restarts: { value: "5", effect: ({ limits }) => limits.maxRestarts, is: 5 },
    loop_restart_signature_limit: { value: "5", effect: ({ limits }) => limits.signatureLimit, is: 5 },
    max_node_visits: { value: "5", effect: ({ limits }) => limits.maxNodeVisits, is: 5 },
    max_node_failures: { value: "5", effect: ({ limits }) => limits.maxNodeFailures, is: 5 },
    retries_before_escalation: { value: "5", effect: ({ limits }) => limits.retriesBeforeEscalation, is: 5 },
    loop_restart_persist_keys: {
      value: "a, b",
      effect: ({ restartPersistKeys }) => restartPersistKeys,
      is: ["a", "b"],
    },
    inputs: { value: "a,b", effect: ({ inputSpecs }) => inputSpecs.map(({ key }) => key), is: ["a", "b"] },
    "input.KEY.type": { value: "integer", effect: ({ inputSpecs }) => inputSpecs[0]?.type, is: "integer" },
    "input.KEY.label": { value: "Who", effect: ({ inputSpecs }) => inputSpecs[0]?.label, is: "Who" },
    "input.KEY.default": { value: "me", effect: ({ inputSpecs }) => inputSpecs[0]?.default, is: "me" },
    "input.KEY.choices": { value: "a,b", effect: ({ inputSpecs }) => inputSpecs[0]?.choices, is: ["a", "b"] },
    "input.KEY.pattern": { value: "^a", effect: ({ inputSpecs }) => inputSpecs[0]?.pattern, is: "^a" },
    outputs: onGraph("outputs", "dist/**"),
    default_command_timeout_ms: onGraph("default_command_timeout_ms"),
    max_command_timeout_ms: onGraph("max_command_timeout_ms"),
    "tool_hooks.pre": onGraph("tool_hooks.pre"),
    "tool_hooks.post": onGraph("tool_hooks.post"),
    "stack.child_dotfile": {
      ...text((_, { manager }) => manager?.childDotfile),
      beside: "shape=house, stack.child_autostart=false",
    },
    "stack.child_workdir": { ...text((_, { manager }) => manager?.childWorkdir), beside: MANAGER },
  },
  node: {
    ...BACKOFF,
    label: text((_, { label }) => label),
    shape: { value: "hexagon", effect: (_, { handler }) => handler, is: "wait.human" },
    type: { value: "conditional", effect: (_, { handler }) => handler, is: "conditional" },
    class: { value: "a,b", effect: (_, { classes }) => classes, is: ["a", "b"] },
    prompt: text((_, { prompt }) => prompt),
    dot_file: {
      value: "s.dot",
      beside: "shape=folder",
      effect: ({ stages }) => stages.has("work.x"),
      is: true,
    },
    prompt_file: { value: "p.md", effect: (_, { prompt }) => prompt, is: "the text of p.md" },
    response_schema: {
      value: '{"type":"object"}',
      effect: (_, stage) => settingsOf(stage).responseSchema?.schema,
      is: { type: "object" },
    },
    question: { ...text((_, { prompt }) => prompt), beside: GATE },
    max_retries: { value: "2", effect: (_, { maxRetries }) => maxRetries, is: 2 },
    goal_gate: { value: "true", effect: (_, { goalGate }) => goalGate, is: true },
    retry_target: text((_, { retryTarget }) => retryTarget, "work"),
    fallback_retry_target: text((_, { fallbackRetryTarget }) => fallbackRetryTarget, "work"),
    fidelity: text((_, { fidelity }) => fidelity, "full"),
    thread_id: text((_, { threadId }) => threadId),
    timeout: { value: "15m", effect: (_, { timeoutMs }) => timeoutMs, is: 900_000 },
    auto_status: { value: "true", effect: (_, { autoStatus }) => autoStatus, is: true },
    allow_partial: { value: "true", effect: (_, { allowPartial }) => allowPartial, is: true },
    max_agent_turns: { value: "9", effect: (_, { maxAgentTurns }) => maxAgentTurns, is: 9 },
    escalation_models: {
      value: "p:m",
      effect: (_, { escalationModels }) => escalationModels,
      is: [{ provider: "p", model: "m" }],
    },
    outputs: { value: "a,b", effect: (_, { outputs }) => outputs, is: ["a", "b"] },
    budget_usd: { value: "2.5", effect: (_, { budgetUsd }) => budgetUsd, is: 2.5 },
    duration: {
      value: "2s",
      beside: 'shape=insulator, tool_command="x"',
      effect: (_, { toolCommand }) => toolCommand,
      is: "sleep 2",
    },
    tool_command: { ...text((_, { toolCommand }) => toolCommand, "make"), beside: 'type="parallel"' },
    privileged: {
      value: "true",
      beside: 'shape=parallelogram, tool_command="x"',
      effect: (_, { privileged }) => privileged,
      is: true,
    },
    join_policy: {
      value: "quorum",
      beside: FAN,
      effect: (_, { fanOut }) => fanOut?.joinPolicy,
      is: "quorum",
    },
    error_policy: {
      value: "ignore",
      beside: FAN,
      effect: (_, { fanOut }) => fanOut?.errorPolicy,
      is: "ignore",
    },
    k: { value: "2", beside: FAN, effect: (_, { fanOut }) => fanOut?.k, is: 2 },
    quorum_fraction: {
      value: "0.7",
      beside: FAN,
      effect: (_, { fanOut }) => fanOut?.quorumFraction,
      is: 0.7,
    },
    max_parallel: { value: "9", beside: FAN, effect: (_, { fanOut }) => fanOut?.maxParallel, is: 9 },
    items: { ...text((_, { fanOut }) => fanOut?.itemsKey, "tool.output"), beside: FAN },
    merge: { value: "all", effect: (_, { merge }) => merge, is: "all" },
    "human.default_choice": { ...text((_, { humanDefaultChoice }) => humanDefaultChoice, "b"), beside: GATE },
    "human.timeout": {
      value: "1h",
      beside: GATE,
      effect: (_, { humanTimeoutMs }) => humanTimeoutMs,
      is: 3_600_000,
    },
    show: { ...handedOn("show", "plan.md, diff"), beside: GATE },
    "human.freeform": {
      value: "true",
      beside: GATE,
      effect: (_, { humanFreeform }) => humanFreeform,
      is: true,
    },
    "stack.child_dotfile": {
      ...text((_, { manager }) => manager?.childDotfile),
      beside: "shape=house, stack.child_autostart=false",
    },
    "stack.child_workdir": { ...text((_, { manager }) => manager?.childWorkdir), beside: MANAGER },
    "stack.child_autostart": {
      value: "false",
      beside: MANAGER,
      effect: (_, { manager }) => manager?.childAutostart,
      is: false,
    },
    "manager.poll_interval": {
      value: "2s",
      beside: MANAGER,
      effect: (_, { manager }) => manager?.pollIntervalMs,
      is: 2000,
    },
    "manager.max_cycles": {
      value: "9",
      beside: MANAGER,
      effect: (_, { manager }) => manager?.maxCycles,
      is: 9,
    },
    "manager.stop_condition": {
      value: "context.a=b",
      beside: MANAGER,
      effect: (_, { manager }) => manager?.stopCondition?.clauses[0]?.key,
      is: "context.a",
    },
    "manager.actions": {
      value: "steer",
      beside: MANAGER,
      effect: (_, { manager }) => manager?.actions,
      is: ["steer"],
    },
    default_command_timeout_ms: handedOn("default_command_timeout_ms"),
    max_command_timeout_ms: handedOn("max_command_timeout_ms"),
    "tool_hooks.pre": handedOn("tool_hooks.pre"),
    "tool_hooks.post": handedOn("tool_hooks.post"),
  },
  edge: {
    label: text((_, __, { label }) => label),
    condition: {
      value: "context.a=b",
      effect: (_, __, { condition }) => condition?.clauses[0]?.value,
      is: "b",
    },
    weight: { value: "-3", effect: (_, __, { weight }) => weight, is: -3 },
    fidelity: text((_, __, { fidelity }) => fidelity, "truncate"),
    thread_id: text((_, __, { threadId }) => threadId),
    loop_restart: { value: "true", effect: (_, __, { loopRestart }) => loopRestart, is: true },
  },
  subgraph: {
    label: { value: "Loop A", effect: (_, { classes }) => classes, is: ["loop-a"] },
  },
};
