/** One page for each lint rule, and their list, made from the rules themselves. */
import type { BuiltInRule } from "../engine/graph/lint/rule.ts";
import { RULES } from "../engine/graph/lint/rules.ts";
import type { Severity } from "../engine/graph/model.ts";

const MEANING: Readonly<Record<Severity, string>> = {
  error: "The graph does not run.",
  warning: "The graph runs, and probably not as its author thinks.",
  info: "A note.",
};

export function lintPages(): Map<string, string> {
  return new Map([
    ["README.md", listPage()],
    ...RULES.map((rule) => [`${rule.code}.md`, rulePage(rule)] as const),
  ]);
}

function listPage(): string {
  return [
    "# Lint rules",
    "",
    "Made from `engine/graph/lint/rules` by `scripts/docs.ts`; change it there. `attractor validate GRAPH` runs all of them.",
    "Besides these there are the parser's errors, whose codes begin with `dot_`, and `prompt_file_missing`.",
    "",
    ...(["error", "warning", "info"] as const).flatMap((severity) => [
      `## ${severity[0]!.toUpperCase()}${severity.slice(1)}`,
      "",
      MEANING[severity],
      "",
      ...RULES.filter((rule) => rule.severity === severity).map(
        ({ code, title }) => `- [${code}](${code}.md): ${title}`,
      ),
      "",
    ]),
  ].join("\n");
}

function rulePage({ code, severity, title, explain, fix, bad, good }: BuiltInRule): string {
  return [
    `# ${code}`,
    "",
    `**${title}.** Severity: ${severity}. ${MEANING[severity]}`,
    "",
    explain,
    "",
    `**Fix:** ${fix}`,
    "",
    "## Reported",
    "",
    "```dot",
    shortened(bad),
    "```",
    "",
    "## Not reported",
    "",
    "```dot",
    shortened(good),
    "```",
    "",
  ].join("\n");
}

/** Some examples are long because length is what they are about. */
const shortened = (graph: string): string =>
  graph.replace(/^.{200,}$/gm, (line) => `${line.slice(0, 60)} … ${line.slice(-30)}`);
