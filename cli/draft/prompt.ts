/** What a model is told about graphs, from the tables that the engine itself reads. */
import { readFileSync } from "node:fs";
import { ATTRIBUTES } from "../../engine/graph/attributes.ts";
import { SHAPES } from "../../engine/graph/handlers.ts";
import { graphPathOf } from "../shipped.ts";

/** The attributes that a first graph needs; the others are for those who know why. */
const TAUGHT: Readonly<Record<string, readonly string[]>> = {
  graph: ["goal", "label", "inputs", "input.KEY.default", "max_node_visits", "max_node_failures"],
  node: [
    ...["label", "shape", "prompt", "tool_command", "max_retries", "timeout", "auto_status", "outputs"],
    ...["goal_gate", "retry_target", "max_agent_turns", "join_policy", "k", "items", "merge"],
    ...["human.default_choice"],
  ],
  edge: ["label", "condition", "weight", "loop_restart"],
};

const RULES = `- One start (shape=Mdiamond) and one exit (shape=Msquare). Ids are letters, digits and _; texts stand in double quotes.
- When the graph has agent stages, the start's only edge leads to a tool stage with the id toolchain and max_retries=0. It asks
  with \`command -v\` for every program that any command needs. Its failure leads to the exit, its success to the work.
- What a program can check is a tool stage and no opinion of an agent. A check stands before the exit.
- Out of every stage that can fail there is an edge for success and one for the rest: condition="outcome=success" and
  condition="outcome!=success". After a diamond these conditions ask for the outcome of the stage before it.
- A way back is bounded: max_node_visits and max_node_failures on the graph.
- loop_restart=true stands only on an edge whose condition has context.failure_class=transient_infra, beside a plain way back.
- A fan-out (shape=component) has an edge to each branch; its branches meet at a fan-in (shape=tripleoctagon). An edge into the
  fan-in asks for outcome=success; out of it there is an edge for success and one for failure. One branch for each item of a
  list: items="KEY" on the fan-out, one edge to the branch's first stage, and an earlier stage that writes the list into the
  context; a command of a branch reads its item from ATTRACTOR_ITEM.
- A decision of a person is shape=hexagon; its edges' labels are the choices, such as "[Y] Yes"; human.default_choice is one.
- An agent reports by a status file; say in its prompt when to write status success and when status fail to
  $ATTRACTOR_STATUS_PATH, or give it auto_status=true. outputs="FILE" says what it must leave.
- In prompts $goal and $input.KEY are replaced; KEY stands in inputs="KEY, …" of the graph. In commands nothing is replaced: a
  command reads ATTRACTOR_INPUT_KEY (upper case) from its environment.
- No secrets, no host names, nothing that cannot be undone.`;

export interface Asked {
  readonly brief: string;
  readonly repository: string;
  /** What was wrong with the graph of the round before. */
  readonly last: { readonly source: string; readonly problems: string } | null;
}

export function draftPrompt({ brief, repository, last }: Asked): string {
  const parts = [
    `Write one graph in Graphviz DOT for the task below. A program runs it: nodes are stages of software work, edges are the ways
on. Answer with the graph alone, in one block that begins with \`\`\`dot and ends with \`\`\`. Begin it with a comment of one or two
lines that says what it does.`,
    `# Shapes\n\n${SHAPES.filter(({ meaning }) => !meaning.startsWith("the same"))
      .map(({ shape, meaning }) => `- ${shape}: ${meaning}`)
      .join("\n")}`,
    `# Attributes\n\n${attributes()}`,
    `# Rules\n\n${RULES}`,
    `# A graph that keeps them\n\n\`\`\`dot\n${readFileSync(graphPathOf("build-test-fix"), "utf8")}\`\`\``,
    `# The repository\n\n${repository}`,
    `# The task\n\n${brief}`,
    ...(last === null
      ? []
      : [
          `# Your last answer\n\n\`\`\`dot\n${last.source}\n\`\`\``,
          `# What is wrong with it\n\n${last.problems}\n\nCorrect all of it and answer with the whole graph.`,
        ]),
  ];
  return parts.join("\n\n");
}

const attributes = (): string =>
  ATTRIBUTES.filter(({ scope, name }) => TAUGHT[scope]?.includes(name))
    .map(({ scope, name, effect }) => `- ${name} (${scope}): ${effect}`)
    .join("\n");
