/** The way that the run took through the trunk. */
import { escapeCell } from "../escape.ts";
import type { PathStep, ReportModel } from "../model.ts";
import { type Forms, MARKS, shorten } from "./shared.ts";

export function path({ path: steps }: ReportModel): Forms {
  if (steps.length < 2) return [""];
  const form = (most: number): string => {
    const left = steps.length - most;
    const shown = left > 0 ? steps.slice(-most) : steps;
    return `**Path**: ${left > 0 ? "… → " : ""}${shown.map(step).join(" → ")}`;
  };
  return [form(40), form(10), ""];
}

const step = ({ label, state, visits }: PathStep): string =>
  `${state === "success" ? "" : `${MARKS[state]} `}${escapeCell(shorten(label, 60))}${visits > 1 ? ` ×${visits}` : ""}`;
