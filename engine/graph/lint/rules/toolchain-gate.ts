import { textOf } from "../../attributes.ts";
import type { GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { mentionsProgram, programsOf } from "../facts/commands.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

/** Programs looked at, so that lint stays linear whatever the commands hold. */
const MOST_PROGRAMS = 16;

export const rule: BuiltInRule = {
  code: "toolchain_gate",
  severity: "warning",
  title: "A toolchain gate stands before the first paid stage",
  explain:
    "When a program that a tool stage needs is missing, everything that models did before that stage was paid for nothing. A tool stage right after the start that asks for the programs ends such a run before it costs anything. A tool stage counts as a gate for the programs that its command names; one with toolchain or preflight in its id or class counts for all.",
  fix: "After the start, put a tool stage such as: command -v cargo && command -v wasm-pack",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Port it to WebAssembly"]
  build [shape=parallelogram, tool_command="wasm-pack build"]
  start -> work -> build
  build -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  toolchain [shape=parallelogram, tool_command="command -v wasm-pack"]
  work [prompt="Port it to WebAssembly"]
  build [shape=parallelogram, tool_command="wasm-pack build"]
  start -> toolchain
  toolchain -> work [condition="outcome=success"]
  toolchain -> exit [condition="outcome=fail"]
  work -> build
  build -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const start = context.starts[0];
    if (start === undefined || context.ofType("agent").length === 0) return;
    const unchecked = new Map<GraphNode, string[]>();
    for (const [program, user] of neededPrograms(context)) {
      const paid = firstPaidWithout(context, start.id, program);
      if (paid === null) continue;
      const list = unchecked.get(paid) ?? [];
      list.push(`${program} (needed by ${user})`);
      unchecked.set(paid, list);
    }
    for (const [node, programs] of unchecked) {
      yield { message: `${node.id} is paid before anything has asked for ${programs.join(", ")}`, node };
    }
  },
};

/** Each program that tool stages use, with the first stage that does. */
function neededPrograms({ ofType }: LintContext): Map<string, string> {
  const needed = new Map<string, string>();
  for (const node of ofType("tool")) {
    if (needed.size >= MOST_PROGRAMS) break;
    if (isNamedGate(node)) continue;
    for (const program of programsOf(commandOf(node))) {
      if (!needed.has(program)) needed.set(program, node.id);
    }
  }
  return needed;
}

/** The first agent stage that a run can come to without passing a stage that asks for the program or uses it. */
function firstPaidWithout(
  { graph, handler, out }: LintContext,
  start: string,
  program: string,
): GraphNode | null {
  const seen = new Set([start]);
  for (const id of seen) {
    const node = graph.nodes.get(id)!;
    if (handler(id) === "agent") return node;
    if (handler(id) === "tool" && (isNamedGate(node) || mentionsProgram(commandOf(node), program))) continue;
    for (const { to } of out(id)) if (graph.nodes.has(to)) seen.add(to);
  }
  return null;
}

const commandOf = (node: GraphNode): string => textOf(node.attrs, "tool_command") ?? "";

const isNamedGate = ({ id, classes }: GraphNode): boolean =>
  /toolchain|preflight/i.test([id, ...classes].join(" "));
