/** Attributes of nodes. */
import {
  type Attribute,
  boolean,
  count,
  duration,
  fidelity,
  list,
  nodeId,
  refused,
  row,
  text,
} from "./kinds.ts";
import { sharedRows } from "./shared.ts";

const ASKS = { handlers: ["agent", "parallel.fan_in", "wait.human"] } as const;
const HUMAN = { handlers: ["wait.human"] } as const;
const FAN_OUT = { handlers: ["parallel"] } as const;
const MANAGER = { handlers: ["stack.manager_loop"] } as const;
const WORK = {
  handlers: ["agent", "tool", "parallel.fan_in", "wait.human", "stack.manager_loop", "parallel"],
} as const;
const LOOPS =
  "loop primitives are not run: draw the loop as edges with conditions and bound it with max_node_visits";
const CONCURRENT =
  "concurrent regions share one worktree: use a fan-out (shape=component) and a fan-in (shape=tripleoctagon)";

export const NODE_ROWS: readonly Attribute[] = [
  row(
    "node",
    "label",
    text,
    "Display name; the prompt of an agent stage without one, the question of a human gate.",
    {
      default: "the node's id",
    },
  ),
  row("node", "shape", text, "Chooses the handler; see the table of shapes.", { default: "box" }),
  row("node", "type", text, "Chooses the handler by name and outranks `shape`."),
  row("node", "class", list, "Classes that rules of the stylesheet may select."),
  row(
    "node",
    "prompt",
    text,
    "What an agent stage is asked to do; how a fan-in ranks its branches. `$goal` and `$input.<key>` are replaced.",
    { ...ASKS, aliases: ["llm_prompt"] },
  ),
  row(
    "node",
    "prompt_file",
    text,
    "File whose text is the prompt, relative to the graph. Not together with `prompt`.",
    ASKS,
  ),
  row(
    "node",
    "response_schema",
    text,
    "What the agent's last words must fit: a JSON Schema, or a file of one relative to the graph. They are checked, asked for once more where they do not fit, and handed on as `context.agent.output`.",
    { handlers: ["agent"] },
  ),
  row(
    "node",
    "dot_file",
    text,
    "With `shape=folder`: the graph of this file stands in the node's place. Its ids begin with the node's and a dot.",
  ),
  row("node", "question", text, "What a human gate asks.", { ...HUMAN, default: "the label" }),
  row("node", "max_retries", count, "Attempts after the first.", {
    default: "the graph's `default_max_retries`",
  }),
  row("node", "goal_gate", boolean, "The run may only succeed once this stage has.", { default: "false" }),
  row(
    "node",
    "retry_target",
    nodeId,
    "Where to go when this stage failed and no edge applies, or its goal gate is unsatisfied at an exit.",
    {
      default: "the graph's",
    },
  ),
  row("node", "fallback_retry_target", nodeId, "The same, when `retry_target` is not there.", {
    default: "the graph's",
  }),
  row("node", "fidelity", fidelity, "How much earlier context the stage's model is given.", {
    handlers: ["agent"],
    default: "the graph's `default_fidelity`",
  }),
  row("node", "thread_id", text, "Stages of one thread share a session under fidelity `full`.", {
    handlers: ["agent"],
    default: "derived",
  }),
  row(
    "node",
    "timeout",
    { kind: "duration", bareSeconds: true },
    "Longest time of one attempt; 0 switches it off. A bare number counts seconds.",
    {
      ...WORK,
      default: "the run's policy",
    },
  ),
  row("node", "auto_status", boolean, "An agent that ends cleanly and wrote no status has succeeded.", {
    handlers: ["agent"],
    default: "false",
  }),
  row(
    "node",
    "allow_partial",
    boolean,
    "When the attempts are used up, accept the work as `partial_success`.",
    {
      ...WORK,
      default: "false",
    },
  ),
  row("node", "max_agent_turns", count, "Most turns of an agent in one attempt; 0 means no limit.", {
    handlers: ["agent"],
    default: "0",
  }),
  row(
    "node",
    "escalation_models",
    { kind: "models" },
    "`provider:model` list to climb when the stage runs out of budget or turns in circles.",
    {
      handlers: ["agent"],
    },
  ),
  row(
    "node",
    "outputs",
    list,
    "Paths (globs) that must exist after a success; one that is missing makes it a failure.",
    WORK,
  ),
  row(
    "node",
    "budget_usd",
    { kind: "number", above: 0 },
    "Most money that a branch starting here may spend.",
  ),
  row("node", "tool_command", text, "Shell command of a tool stage.", {
    handlers: ["tool"],
    aliases: ["script"],
  }),
  row("node", "duration", duration, "How long a pause (`shape=insulator`) lasts.", { handlers: ["tool"] }),
  row(
    "node",
    "privileged",
    boolean,
    "The command needs sudo or docker. Only for tool stages; named in the summary.",
    {
      handlers: ["tool"],
      default: "false",
    },
  ),
  row(
    "node",
    "join_policy",
    { kind: "enum", values: ["wait_all", "first_success", "k_of_n", "quorum"] },
    "When a fan-out is done.",
    {
      ...FAN_OUT,
      default: "wait_all",
    },
  ),
  row(
    "node",
    "error_policy",
    { kind: "enum", values: ["continue", "fail_fast", "ignore"] },
    "What a failed branch does to the others.",
    {
      ...FAN_OUT,
      default: "continue",
    },
  ),
  row("node", "k", { kind: "integer" }, "How many branches must succeed under `k_of_n`.", {
    ...FAN_OUT,
    default: "1",
  }),
  row(
    "node",
    "quorum_fraction",
    { kind: "number" },
    "Share of branches that must succeed under `quorum`, rounded up.",
    {
      ...FAN_OUT,
      default: "0.5",
    },
  ),
  row("node", "max_parallel", { kind: "integer" }, "How many branches run at the same time.", {
    ...FAN_OUT,
    default: "4",
  }),
  row(
    "node",
    "items",
    text,
    "Context key of a list: one branch per item of it, decided at run time.",
    FAN_OUT,
  ),
  row(
    "node",
    "merge",
    { kind: "enum", values: ["winner", "all", "none"] },
    "Whose commits a fan-in brings together.",
    {
      handlers: ["parallel.fan_in"],
      default: "winner",
    },
  ),
  row("node", "human.default_choice", text, "Label or target taken when nobody answered in time.", HUMAN),
  row("node", "human.timeout", duration, "How long a gate waits for an answer.", { ...HUMAN, default: "7d" }),
  row("node", "human.freeform", boolean, "The gate takes free text, not only its labels.", {
    ...HUMAN,
    default: "false",
  }),
  row(
    "node",
    "show",
    list,
    "What a human gate shows of the work that it asks about: files by path, and `diff` for all changes of the run.",
    HUMAN,
  ),
  row("node", "stack.child_autostart", boolean, "The manager loop starts its child.", {
    ...MANAGER,
    default: "true",
  }),
  row(
    "node",
    "manager.poll_interval",
    duration,
    "Time between two looks at the child. In hops on GitHub the child's news is the clock, and this says nothing.",
    {
      ...MANAGER,
      default: "45s",
    },
  ),
  row(
    "node",
    "manager.max_cycles",
    { kind: "integer", min: 1 },
    "Looks before the manager gives up; in hops on GitHub, hops of the child.",
    {
      ...MANAGER,
      default: "1000",
    },
  ),
  row(
    "node",
    "manager.stop_condition",
    { kind: "condition" },
    "Ends the manager loop as success when it holds.",
    MANAGER,
  ),
  row(
    "node",
    "manager.actions",
    { kind: "enum", values: ["observe", "steer", "wait"], many: true },
    "What the manager does each cycle.",
    {
      ...MANAGER,
      default: "observe,wait",
    },
  ),
  ...sharedRows("node"),
  refused("node", "agent_mode", "warning", "every agent runs the agent loop; nothing reads it here"),
  refused(
    "node",
    "agent_tool",
    "warning",
    "the provider's backend in the configuration decides which program runs",
  ),
  refused("node", "collect_browser_artifacts", "warning", "name the files in `outputs` instead"),
  ...[
    "loop_id",
    "loop_count",
    "loop_max",
    "loop_until_file",
    "loop_until_file_contains",
    "loop_while_outcome",
  ].map((name) => refused("node", name, "error", LOOPS)),
  refused("node", "concurrent_id", "error", CONCURRENT),
];
