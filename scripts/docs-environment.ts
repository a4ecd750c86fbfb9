/** The page of what a stage finds and may leave, from the table that makes its environment. */
import { STAGE_VARIABLES } from "../engine/stages/env.ts";

export function environmentPage(): string {
  const rows = STAGE_VARIABLES.map(
    ({ names, meaning }) => `| ${names.map((name) => `\`${name}\``).join(", ")} | ${meaning} |`,
  );
  return `# What a stage is given, and what it may leave

Made from \`engine/stages/env.ts\` by \`npm run docs\`. The same holds for tools and agents unless it is said.

## Given

- **Folder**: the worktree of the run or of the branch, with what earlier stages committed.
- **Standard input**: nothing for a tool; the prompt for an agent of backend \`command\`.
- **Environment**: PATH and what is harmless of the surroundings, what \`pass_env\` names, and the variables below. Nothing else: no key
  of a provider and no token.
- **Context**: an agent finds every key in \`context.json\` in \`ATTRACTOR_STAGE_DIR\`, and the more important ones in its prompt. A tool
  finds inputs and its item in the environment.

| variable | holds |
|---|---|
${rows.join("\n")}
| \`ATTRACTOR_INPUT_KEY\` | the input KEY, in capitals; a \`secret\` input: the value of the variable that it names |

In prompts \`$goal\`, \`$input.KEY\` and \`$context.KEY\` are replaced. In commands nothing is replaced: a value would become code.

## May leave

- **Files in the worktree**: committed after the stage, whatever its outcome. \`.ai/**\` stays untracked and travels with branches.
- **Exit code**: of a tool, zero is success.
- **A status file** at \`ATTRACTOR_STATUS_PATH\`, which outranks the exit code of a tool that succeeded and which an agent must write
  unless its node says \`auto_status=true\`:

| field | type | meaning |
|---|---|---|
| \`status\` | text | \`success\`, \`partial_success\`, \`fail\`, \`retry\`, \`skipped\`, or an outcome that an edge of the graph asks for |
| \`failure_reason\` | text | with \`fail\` and \`retry\`: what went wrong, with the exact error |
| \`failure_class\` | text | a hint, one of the [failure classes](failure-classes.md) |
| \`failure_signature\` | text | a short name, the same whenever this failure comes again |
| \`preferred_label\` | text | the edge that should be taken, by its label |
| \`suggested_next_ids\` | list | the nodes that should come next |
| \`context_updates\` | object | context keys to set; a list is what \`items\` of a fan-out reads |
| \`notes\` | text | for whoever reads the run |

\`\`\`json
{ "status": "success", "context_updates": { "packages": ["packages/core", "packages/web"] } }
\`\`\`
`;
}
