import { attrOf } from "../../attributes.ts";
import { GRAPHVIZ_SHAPES } from "../../graphviz-shapes.ts";
import { handlerOf, KNOWN_SHAPES, KNOWN_TYPES, REFUSED_SHAPES } from "../../handlers.ts";
import { nearestWord } from "../../nearest.ts";
import { byShape } from "../facts/shapes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "shape_known",
  severity: "error",
  title: "The shape means something",
  explain:
    "The shape chooses what a node does. Any other shape of Graphviz is drawn and makes the node work for a model, as box does; a misspelt shape would do the same, and pay for it: that is an error.",
  fix: "Write a shape of the reference table, or box when a model is meant.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  test [shape=paralelogram, tool_command="make test"]
  start -> test
  test -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  test [shape=parallelogram, tool_command="make test"]
  start -> test
  test -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const { customTypes } = context;
    const odd = [...context.once(byShape)].flatMap(([shape, nodes]) =>
      KNOWN_SHAPES.has(shape) || REFUSED_SHAPES.has(shape) ? [] : nodes,
    );
    for (const node of odd) {
      const shape = attrOf(node.attrs, "shape")!;
      const type = attrOf(node.attrs, "type")?.value ?? "";
      if (KNOWN_TYPES.has(type) || customTypes.has(type) || handlerOf(node) !== "agent") continue;
      const near = nearestWord(shape.value, KNOWN_SHAPES);
      const meant = near === null ? "" : `; did you mean ${near}?`;
      const drawn = near === null || GRAPHVIZ_SHAPES.has(shape.value);
      const fix = near === null ? {} : { fix: `write shape=${near}` };
      const severity = drawn ? "warning" : "error";
      const message = `shape=${shape.value} makes ${node.id} work for a model${meant}`;
      yield { message, at: shape.valueAt, node, severity, ...fix };
    }
  },
};
