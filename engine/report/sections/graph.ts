/** The graph with the states of its stages. */
import { codeBlock, details } from "../escape.ts";
import { renderMermaid } from "../mermaid.ts";
import { overlayOf, type ReportModel } from "../model.ts";
import type { Forms } from "./shared.ts";

export function graph(report: ReportModel): Forms {
  if (!report.picture) return [""];
  const overlay = overlayOf(report);
  const form = (maxChars: number): string => {
    const { text, folded } = renderMermaid(report.picture!, overlay, maxChars);
    return details(folded ? "Graph, folded into layers" : "Graph", codeBlock(text.trimEnd(), "mermaid"));
  };
  return [form(30_000), form(12_000), ""];
}
