/** The attribute reference, made from the engine's own table. */

import type { Attribute, AttributeScope, ValueType } from "../engine/graph/attributes/kinds.ts";
import { LAYOUT_ATTRIBUTES } from "../engine/graph/attributes/layout.ts";
import { ATTRIBUTES } from "../engine/graph/attributes.ts";
import { SHAPES } from "../engine/graph/handlers.ts";

const SECTIONS: readonly {
  readonly scope: AttributeScope;
  readonly title: string;
  readonly intro: string;
}[] = [
  {
    scope: "graph",
    title: "Graph",
    intro: "Written as `graph [key=value]` or as `key=value` at the top level.",
  },
  {
    scope: "node",
    title: "Node",
    intro: "Written on a node, or in `node [key=value]` for all nodes that follow in the same braces.",
  },
  {
    scope: "edge",
    title: "Edge",
    intro: "Written on an edge; on a chain `a -> b -> c [key=value]` it holds for each edge.",
  },
  {
    scope: "subgraph",
    title: "Subgraph",
    intro: "Subgraphs scope the defaults of nodes and edges; besides, they have",
  },
];

export function attributesPage(): string {
  return [
    "# Attributes",
    "",
    "Made from `engine/graph/attributes` by `scripts/docs.ts`; change it there. Each row has a test that shows its effect.",
    "",
    VALUES,
    ...SECTIONS.flatMap(({ scope, title, intro }) => [`## ${title}`, "", intro, "", ...table(scope), ""]),
    "## Shapes",
    "",
    "`shape` chooses the handler, an explicit `type` outranks it. `codergen` is another name of the type `agent`. A node called",
    "`start`, `exit` or `end` without a shape of its own is what its name says. Any other shape is work for a model, with a warning.",
    "",
    "| Shape | Type | Meaning |",
    "|---|---|---|",
    ...SHAPES.map(({ shape, handler, meaning }) => `| \`${shape}\` | \`${handler}\` | ${meaning} |`),
    "",
    "## Refused",
    "",
    "Attributes of other programs that have no counterpart here; [refused_attribute](lint/refused_attribute.md) reports them.",
    "",
    "| Name | On | Severity | Reason |",
    "|---|---|---|---|",
    ...ATTRIBUTES.flatMap(({ name, scope, support }) =>
      support.is === "refused"
        ? [`| \`${name}\` | ${scope} | ${support.severity} | ${cell(support.reason)} |`]
        : [],
    ),
    "",
    "## Layout",
    "",
    "Attributes that Graphviz draws with are accepted everywhere and do nothing here:",
    "",
    `${[...LAYOUT_ATTRIBUTES].map((name) => `\`${name}\``).join(" ")}.`,
    "",
  ].join("\n");
}

const VALUES = `## Values

| Type | Written | Read |
|---|---|---|
| text | \`"Do it"\`, \`x\` | as it stands; \`\\"\`, \`\\\\\`, \`\\n\` and \`\\t\` are escapes in quotes |
| whole number | \`3\`, \`-1\` | digits only |
| number | \`0.5\` | decimal |
| boolean | \`true\`, \`false\` | \`1\`, \`yes\`, \`0\` and \`no\` count too, in any case |
| duration | \`250ms\`, \`900s\`, \`15m\`, \`2h\`, \`1d\` | a whole number and its unit; a bare number counts seconds for \`timeout\` and is refused elsewhere |
| milliseconds | \`60000\` | keys that end in \`_ms\`: a whole number without a unit |
| list | \`"a, b"\` | comma-separated |
| condition | \`"outcome=success && context.x!=1"\` | clauses \`key=literal\`, \`key!=literal\` or a bare key, joined by \`&&\` |

A value that does not fit its type is an error ([attribute_value](lint/attribute_value.md)), never silently a default. An empty
value counts as not written.
`;

function table(scope: AttributeScope): string[] {
  const rows = ATTRIBUTES.filter((row) => row.scope === scope && row.support.is === "honoured");
  return [
    "| Name | Type | Default | Effect |",
    "|---|---|---|---|",
    ...rows.map(
      (row) =>
        `| ${nameOf(row)} | ${cell(typeOf(row.type))} | ${cell(row.default)} | ${cell(row.effect)}${readers(row)} |`,
    ),
  ];
}

const nameOf = ({ name, aliases }: Attribute): string =>
  [`\`${name}\``, ...aliases.map((alias) => `also \`${alias}\``)].join(", ");

const readers = ({ handlers }: Attribute): string =>
  handlers === null ? "" : ` Read by ${handlers.map((handler) => `\`${handler}\``).join(", ")}.`;

function typeOf(type: ValueType): string {
  switch (type.kind) {
    case "integer":
      return "whole number";
    case "node":
      return "node id";
    case "models":
      return "list of `provider:model`";
    case "enum": {
      const words = type.values.map((value) => `\`${value}\``).join(", ");
      return type.many ? `list of ${words}` : words;
    }
    default:
      return type.kind;
  }
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
