import { attrOf } from "../../attributes.ts";
import { type InputSpec, inputProblem, patternOf, readInputSpecs } from "../../input-specs.ts";
import { inputKeys } from "../../inputs.ts";
import type { Attrs } from "../../model.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "input_declared",
  severity: "warning",
  title: "Inputs are declared, and stay out of commands",
  explain:
    "$input.<key> in the goal, a prompt or a label is replaced when a run starts. The graph's inputs attribute lists the keys, so that a form can ask for them before anything runs. In a tool_command nothing is replaced: the value would become shell code. Commands read it from the environment instead.",
  fix: "List the key in the graph's inputs attribute.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Fix the issue $input.issue"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  inputs="issue"
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Fix the issue $input.issue"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ graph, nodes, having }): Iterable<LintFinding> {
    const specs = readInputSpecs(graph.attrs);
    yield* unfitSpecs(specs, graph.attrs);
    const secrets = new Set(specs.flatMap(({ key, type }) => (type === "secret" ? [key] : [])));
    const known = new Set(specs.flatMap(({ key, type }) => (type === "secret" ? [] : [key])));
    const goal = attrOf(graph.attrs, "goal");
    for (const key of inputKeys(goal?.value ?? "")) {
      if (!known.has(key))
        yield { message: `the goal reads $input.${key}, which inputs does not list`, at: goal!.valueAt };
      known.add(key);
    }
    const reading = new Set(
      [...TEXTS, "tool_command"].flatMap((name) =>
        having(name).filter(({ attrs }) => attrOf(attrs, name)!.value.includes("$input")),
      ),
    );
    for (const node of nodes.filter((one) => reading.has(one))) {
      for (const name of TEXTS) {
        const attr = attrOf(node.attrs, name);
        for (const key of inputKeys(attr?.value ?? "")) {
          if (known.has(key)) continue;
          known.add(key);
          const at = attr!.valueAt;
          if (secrets.has(key)) {
            const message = `${node.id} has the secret $input.${key} in a text that is logged and sent`;
            yield {
              message,
              at,
              node,
              severity: "error",
              fix: `read ATTRACTOR_INPUT_${key.toUpperCase()} in the stage`,
            };
          } else yield { message: `${node.id} reads $input.${key}, which inputs does not list`, at, node };
        }
      }
      const command = attrOf(node.attrs, "tool_command");
      for (const key of new Set(inputKeys(command?.value ?? ""))) {
        const message = `$input.${key} is not replaced in the command of ${node.id}`;
        yield { message, at: command!.valueAt, node, fix: `write "$ATTRACTOR_INPUT_${key.toUpperCase()}"` };
      }
    }
  },
};

const TEXTS = ["prompt", "question", "label"];

/** What would refuse every run, whatever it is given. */
function* unfitSpecs(specs: readonly InputSpec[], attrs: Attrs): Iterable<LintFinding> {
  for (const spec of specs) {
    const error = (aspect: string, message: string, fix: string): LintFinding => {
      const attr = attrOf(attrs, `input.${spec.key}.${aspect}`);
      return {
        message: `input.${spec.key}.${aspect}: ${message}`,
        severity: "error",
        fix,
        ...(attr ? { at: attr.valueAt } : {}),
      };
    };
    const pattern = spec.pattern === null ? null : patternOf(spec.pattern);
    if (pattern?.ok === false) yield error("pattern", pattern.error, pattern.fix);
    if (spec.default === null) continue;
    const problem = inputProblem(spec, spec.default);
    if (problem !== null)
      yield error("default", `${JSON.stringify(spec.default)} ${problem}`, "write a default that fits");
  }
}
