/** Rows that stand on the graph as a default and on nodes as the exception. */
import {
  type Attribute,
  type AttributeScope,
  boolean,
  effort,
  milliseconds,
  retryOn,
  retryPolicy,
  row,
  text,
} from "./kinds.ts";

const AGENT = { handlers: ["agent"] } as const;
const MODEL_HANDLERS = ["agent", "parallel.fan_in", "stack.manager_loop"] as const;

export function sharedRows(scope: AttributeScope & ("graph" | "node")): Attribute[] {
  const where = scope === "graph" ? " Holds for every stage that does not say its own." : "";
  const models = scope === "node" ? { handlers: MODEL_HANDLERS } : {};
  const agent = scope === "node" ? AGENT : {};
  const inherited = scope === "node" ? "the graph's" : null;
  return [
    row(scope, "llm_model", text, `Model of an agent.${where}`, {
      ...models,
      aliases: ["model"],
      default: inherited ?? "",
    }),
    row(
      scope,
      "llm_provider",
      text,
      `Provider of an agent; found from the model when nobody says it.${where}`,
      {
        ...models,
        default: inherited ?? "",
      },
    ),
    row(scope, "reasoning_effort", effort, `How hard the model thinks.${where}`, {
      ...models,
      default: inherited ?? "high",
    }),
    row(scope, "max_tokens", { kind: "integer", min: 1 }, `Longest reply of the model, in tokens.${where}`, {
      ...models,
      default: inherited ?? "",
    }),
    row(
      scope,
      "retry_policy",
      retryPolicy,
      `Preset of attempts and delays: none 1 attempt; standard 5 from 200 ms, doubling; aggressive 5 from 500 ms, doubling; linear 3 every 500 ms; patient 3 from 2 s, tripling. \`max_retries\` and \`retry.backoff.*\` refine it.${where}`,
      {
        default: inherited ?? "",
      },
    ),
    row(
      scope,
      "retry_on",
      retryOn,
      `Failures that are tried again in place beside those that always are. \`budget_exhausted\`: a session that ran into its turn or token limit begins anew, at its full price; \`compilation_loop\`: so does one that could not make its work build.${where}`,
      {
        default: inherited ?? "",
      },
    ),
    row(scope, "retry.backoff.initial_delay_ms", milliseconds, `Delay before the first retry.${where}`, {
      default: inherited ?? "200",
    }),
    row(
      scope,
      "retry.backoff.backoff_factor",
      { kind: "number", min: 1 },
      `What each further delay is multiplied by.${where}`,
      {
        aliases: ["retry.backoff.factor"],
        default: inherited ?? "2.0",
      },
    ),
    row(scope, "retry.backoff.max_delay_ms", milliseconds, `Longest delay between attempts.${where}`, {
      default: inherited ?? "60000",
    }),
    row(scope, "retry.backoff.jitter", boolean, `Spread delays by half to one and a half.${where}`, {
      default: inherited ?? "true",
    }),
    row(
      scope,
      "default_command_timeout_ms",
      milliseconds,
      `Time an agent's shell command gets when it asks for none.${where}`,
      {
        ...agent,
        default: inherited ?? "600000",
      },
    ),
    row(
      scope,
      "max_command_timeout_ms",
      milliseconds,
      `Longest time an agent's shell command can ask for.${where}`,
      {
        ...agent,
        default: inherited ?? "600000",
      },
    ),
    row(
      scope,
      "tool_hooks.pre",
      text,
      `Shell command before each tool call of an agent; a non-zero exit skips the call.${where}`,
      agent,
    ),
    row(scope, "tool_hooks.post", text, `Shell command after each tool call of an agent.${where}`, agent),
    row(scope, "stack.child_dotfile", text, `Graph that a manager loop supervises.${where}`, {
      aliases: ["stack.child_workflow"],
      ...(scope === "node" ? { handlers: ["stack.manager_loop"] as const, default: "the graph's" } : {}),
    }),
    row(
      scope,
      "stack.child_workdir",
      text,
      `Folder in which the child graph runs, where it runs in its manager's job.${where}`,
      {
        ...(scope === "node" ? { handlers: ["stack.manager_loop"] as const } : {}),
        default: inherited ?? "the run's worktree",
      },
    ),
  ];
}
