import { attrOf } from "../../attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "response_schema_invalid",
  severity: "error",
  title: "A response_schema is a JSON object",
  explain:
    "What an agent ends with can only be held against a JSON Schema that can be read. Whether the schema itself makes sense is checked before a run begins.",
  fix: "Write a JSON object, with its quotes escaped, or name a file that holds one.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="List the risks", response_schema="{type: object}"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="List the risks", response_schema="{\\"type\\": \\"object\\"}"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ having }): Iterable<LintFinding> {
    for (const node of having("response_schema")) {
      const schema = attrOf(node.attrs, "response_schema");
      // A file that cannot be read is told where it is looked for.
      if (schema === undefined || (schema.origin !== "derived" && !schema.value.trimStart().startsWith("{")))
        continue;
      if (!isObject(schema.value))
        yield { message: `response_schema of ${node.id} is no JSON object`, at: schema.valueAt, node };
    }
  },
};

function isObject(text: string): boolean {
  try {
    return JSON.parse(text)?.constructor === Object;
  } catch {
    return false;
  }
}
