/** Every name in the traces that a run exports: the conventions for generative AI where they have one, else `attractor.`. */
export interface OtlpName {
  readonly name: string;
  readonly on: "resource" | "run" | "branch" | "attempt" | "wait";
  readonly type: "string" | "int" | "double" | "bool";
  readonly meaning: string;
}

const of = (on: OtlpName["on"], type: OtlpName["type"], name: string, meaning: string): OtlpName => ({
  name,
  on,
  type,
  meaning,
});

export const OTLP = {
  service: of("resource", "string", "service.name", "`attractor`"),
  version: of("resource", "string", "service.version", "the engine's version"),
  runId: of("resource", "string", "attractor.run.id", "the run"),
  graph: of("resource", "string", "attractor.graph", "path or name of the graph"),
  parentRun: of("resource", "string", "attractor.parent.run.id", "the run whose child this one is"),
  status: of("run", "string", "attractor.status", "how it ended; of branches and attempts too"),
  attempts: of("run", "int", "attractor.attempts", "attempts of all stages"),
  personMs: of("run", "int", "attractor.wait.person_ms", "time in which questions waited"),
  retryMs: of("run", "int", "attractor.wait.retry_ms", "time before retries"),
  queuedMs: of("run", "int", "attractor.wait.queued_ms", "time for runners and for places among branches"),
  runnerMinutes: of("run", "int", "attractor.runner.minutes", "whole minutes of its jobs"),
  branch: of("branch", "string", "attractor.branch", "the branch's key; of its attempts too"),
  node: of("attempt", "string", "attractor.node", "the stage"),
  visit: of("attempt", "int", "attractor.visit", "which arrival at the stage"),
  attempt: of("attempt", "int", "attractor.attempt", "which execution of the visit"),
  handler: of("attempt", "string", "attractor.handler", "the kind of stage"),
  hop: of("attempt", "int", "attractor.hop", "the hop in which it ran"),
  operation: of("attempt", "string", "gen_ai.operation.name", "`invoke_agent` or `execute_tool`"),
  agent: of("attempt", "string", "gen_ai.agent.name", "of an agent: the stage"),
  tool: of("attempt", "string", "gen_ai.tool.name", "of a tool: the stage"),
  provider: of("attempt", "string", "gen_ai.provider.name", "who was paid"),
  model: of("attempt", "string", "gen_ai.request.model", "which model answered"),
  input: of("attempt", "int", "gen_ai.usage.input_tokens", "all tokens read, cached ones too"),
  output: of("attempt", "int", "gen_ai.usage.output_tokens", "tokens written"),
  cacheRead: of("attempt", "int", "gen_ai.usage.cache_read.input_tokens", "of the input: read from a cache"),
  cacheWrite: of(
    "attempt",
    "int",
    "gen_ai.usage.cache_creation.input_tokens",
    "of the input: written to a cache",
  ),
  reasoning: of("attempt", "int", "gen_ai.usage.reasoning.output_tokens", "of the output: reasoning"),
  cost: of("attempt", "double", "attractor.cost_usd_known", "dollars that are known"),
  costComplete: of("attempt", "bool", "attractor.cost_complete", "whether that is all"),
  error: of("attempt", "string", "error.type", "the failure's class"),
  wait: of("wait", "string", "attractor.wait", "`person`, `retry` or `runner`"),
} as const satisfies Readonly<Record<string, OtlpName>>;
