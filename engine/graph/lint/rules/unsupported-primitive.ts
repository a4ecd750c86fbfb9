import { attrOf } from "../../attributes.ts";
import { handlerOf, KNOWN_TYPES, REFUSED_SHAPES, REFUSED_TYPES } from "../../handlers.ts";
import type { GraphNode } from "../../model.ts";
import { byShape } from "../facts/shapes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "unsupported_primitive",
  severity: "error",
  title: "Loop and concurrency primitives are drawn out",
  explain:
    "Some graphs use trapezium and invtrapezium for counted loops, pentagon and cylinder for branches that share one worktree. Neither is run here: a loop is edges with conditions under max_node_visits, and branches side by side are a fan-out and a fan-in, where each has a worktree of its own. Taken as ordinary shapes these nodes would become work for a model, so the graph is refused.",
  fix: "Draw loops as edges with conditions, and concurrent branches with shape=component and shape=tripleoctagon.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=pentagon]
  work [prompt="Do it"]
  start -> split -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=component]
  a [prompt="One part"]
  b [prompt="The other part"]
  join [shape=tripleoctagon, merge=all, retry_target="split"]
  start -> split -> {a b} -> join
  join -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const { customTypes } = context;
    const shapes = context.once(byShape);
    const drawn = [...REFUSED_SHAPES.keys()].flatMap((shape) => shapes.get(shape) ?? []);
    for (const node of new Set([...drawn, ...context.having("type")])) {
      const type = attrOf(node.attrs, "type");
      if (type !== undefined && (KNOWN_TYPES.has(type.value) || customTypes.has(type.value))) continue;
      const found = refusedType(node) ?? refusedShape(node);
      if (found !== null) yield { ...found, node };
    }
  },
};

function refusedType({ id, attrs }: GraphNode): LintFinding | null {
  const type = attrOf(attrs, "type");
  if (type === undefined || !REFUSED_TYPES.has(type.value)) return null;
  return { message: `${id} has the type ${type.value}, which is not run here`, at: type.valueAt };
}

function refusedShape(node: GraphNode): LintFinding | null {
  const shape = attrOf(node.attrs, "shape");
  const meaning = REFUSED_SHAPES.get(shape?.value ?? "");
  if (shape === undefined || meaning === undefined || handlerOf(node) !== "agent") return null;
  return {
    message: `${node.id} is ${meaning} (shape=${shape.value}), which is not run here`,
    at: shape.valueAt,
  };
}
