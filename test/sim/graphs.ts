/** What is played: retries and loops, fan-outs with every join, a question in the trunk and one in a branch, a restart, a run below this one. */
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { prepare } from "../../engine/graph/prepare.ts";

const HEAD = `graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]`;
const TOOL = `shape=parallelogram, tool_command="x"`;

/** In some worlds a job of its own runs it, which may only read. */
const ROOT = `${TOOL}, privileged=true`;

const GRAPHS = [
  `a [${TOOL}, max_retries=2]; b [${ROOT}]; c [shape=diamond]
    start -> a -> b -> c; c -> exit [condition="outcome=success"]; c -> a [condition="outcome=fail"]`,
  `p [shape=component]; j [shape=tripleoctagon, retry_target=p]; x [${TOOL}]; y [${ROOT}, max_retries=1]; z [${TOOL}]; v [${TOOL}]
    start -> p; p -> x -> j; p -> y -> j; p -> z -> j; j -> v -> exit`,
  `p [shape=component, join_policy=first_success]; j [shape=tripleoctagon]; q [shape=component, join_policy=k_of_n, k=1]; k [shape=tripleoctagon]
    x [${TOOL}]; y [${TOOL}]; m [${ROOT}]; n [${TOOL}]
    start -> p; p -> x -> j; p -> q; q -> m -> k; q -> n -> k; k -> j; p -> y -> j; j -> exit`,
  `w [${ROOT}]; c [shape=diamond]; f [${TOOL}]
    start -> w -> c; c -> exit [condition="outcome=success"]; c -> w [condition="outcome=fail && context.failure_class=transient_infra", loop_restart=true]
    c -> f [condition="outcome=fail && context.failure_class!=transient_infra"]; f -> exit`,
  // The same branches in round after round, and a question between.
  `p [shape=component, error_policy=ignore]; j [shape=tripleoctagon]; x [${TOOL}]; y [${TOOL}]; q [shape=hexagon]; e [${TOOL}]
    start -> p; p -> x -> j; p -> y -> j; j -> q; q -> p [label="Again"]; q -> e [label="Enough"]; e -> exit`,
  // A question in one branch, while its sibling works on.
  `p [shape=component, error_policy=ignore]; j [shape=tripleoctagon]; q [shape=hexagon]; x [${ROOT}]; y [${TOOL}]; z [${TOOL}]
    start -> p; p -> q; q -> x [label="Yes"]; q -> j [label="No"]; x -> j; p -> y -> z -> j; j -> exit`,
  // Two fan-outs, one after the other, with branches of the same numbers.
  `p [shape=component, error_policy=ignore]; j [shape=tripleoctagon]; a [${TOOL}]; b [${TOOL}]
    r [shape=component, error_policy=ignore]; k [shape=tripleoctagon]; c [${TOOL}]; d [${TOOL}]; h [${ROOT}]; v [${ROOT}, max_retries=1]
    start -> p; p -> a -> j; p -> b -> j; j -> v -> r; r -> c -> k; r -> d -> k; r -> h -> k; k -> exit`,
  // A run below this one, which no job waits for.
  `a [${TOOL}]; m [shape=house, "stack.child_dotfile"="child.dot", max_retries=1]; v [${TOOL}]
    start -> a -> m; m -> v [condition="outcome=success"]; m -> exit [condition="outcome=fail"]; v -> exit`,
];

/** `body`: everything but goal, start and exit. */
export function compiled(body: string): Pipeline {
  const { pipeline, diagnostics } = prepare(`digraph g { ${HEAD} ${body} }`);
  if (!pipeline) throw new Error(JSON.stringify(diagnostics));
  return pipeline;
}

export const PIPELINES: readonly Pipeline[] = GRAPHS.map(compiled);
