/** A plan as markdown, with its picture: for a pull request, a summary, a page. */
import type { Pipeline } from "../graph/pipeline.ts";
import { codeBlock, escapeCell } from "../report/escape.ts";
import { renderMermaid } from "../report/mermaid.ts";
import { type Picture, pictureOf } from "../report/picture.ts";
import { money } from "../report/units.ts";
import { HEADINGS, listsOf, rowOf, totalRow } from "./amount-text.ts";
import type { Plan } from "./model.ts";

export function planMarkdown(plan: Plan, pipeline: Pipeline, github: boolean): string {
  const rows = [...plan.stages.map(rowOf), totalRow(plan)].map(row);
  const lists = listsOf(plan, github).map(
    ([heading, lines]) => `### ${heading}\n\n${lines.map((line) => `- ${escapeCell(line)}`).join("\n")}`,
  );
  return `${[
    `## Plan of ${escapeCell(plan.graph)}`,
    escapeCell(plan.goal),
    codeBlock(renderMermaid(pathSpace(plan, pipeline)).text, "mermaid"),
    [row(HEADINGS), row(HEADINGS.map(() => "---")), ...rows].join("\n"),
    ...lists,
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => (cell === "---" ? cell : escapeCell(cell))).join(" | ")} |`;

/** The graph, each stage with how often it may be visited and what that may cost. */
export function pathSpace(plan: Plan, pipeline: Pipeline): Picture {
  const picture = pictureOf(pipeline);
  const stages = new Map(plan.stages.map((stage) => [stage.id, stage]));
  return {
    ...picture,
    nodes: picture.nodes.map((node) => {
      const stage = stages.get(node.id);
      if (stage === undefined) return node;
      const often = stage.visits.most === null ? "any number" : `${stage.visits.most}×`;
      const cost =
        stage.models.length === 0 ? "" : `, ${stage.most.usd === null ? "no bound" : money(stage.most.usd)}`;
      const detail = `at most ${often}${cost}`;
      return { ...node, detail, label: `${node.label.slice(0, 34)}, ${detail}` };
    }),
  };
}
