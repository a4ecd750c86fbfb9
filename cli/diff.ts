/** `attractor diff A B`: two runs side by side. */

import { asJson } from "../engine/as-json.ts";
import { redactDeep, redactor } from "../engine/redact/redact.ts";
import { type Compared, type Comparison, compareRuns } from "../engine/report/compare.ts";
import type { ReportModel } from "../engine/report/model.ts";
import { textColumns } from "../engine/report/text-columns.ts";
import { secretValues } from "../engine/stages/inherit-env.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun } from "./find-run.ts";
import { UsageError } from "./options.ts";
import { wholeRun } from "./runs/whole-run.ts";

const USAGE = `usage: attractor diff A B [--json]

Sets two runs side by side: status, cause, path, branches, attempts, time, tokens and cost, then the stages in which they
differ. A and B are run folders or ids under .attractor/runs.
Exit code: 0, or 2 when there is no such run.
`;

export const runDiff = command({
  name: "diff",
  usage: USAGE,
  options: {
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    const [a, b, ...more] = positionals;
    if (a === undefined || b === undefined || more.length > 0) throw new UsageError("name two runs");
    const [left, right] = [await reportOn(a), await reportOn(b)];
    const redact = redactor(secretValues(process.env));
    const compared = redactDeep(compareRuns(left, right), redact);
    terminal.out(
      values.json
        ? asJson({ a: left.runId, b: right.runId, ...compared })
        : text(left.runId, right.runId, compared),
    );
    return EXIT.success;
  },
});

async function reportOn(name: string): Promise<ReportModel> {
  const { report, seen } = await wholeRun(findRun(name, process.cwd()));
  if (!report) throw new UsageError(`run ${seen.runId} never began: there is nothing to compare`);
  return report;
}

function text(a: string, b: string, { summary, stages }: Comparison): string {
  const lines = [{ what: "run", a, b, same: false }, ...summary];
  const parts = [
    lines.map(lineOf(widthOf(lines))),
    stages.length === 0
      ? ["no stage differs"]
      : ["stages that differ:", ...stages.map(lineOf(widthOf(stages), "  "))],
  ];
  return `${parts.map((part) => part.join("\n")).join("\n\n")}\n`;
}

/** One line where it is short; else one under the other, marked as a diff marks them. */
const lineOf =
  (width: number, indent = "") =>
  ({ what, a, b, same }: Compared): string => {
    const name = `${indent}${what}${" ".repeat(Math.max(0, width - textColumns(what)))}`;
    if (same) return `${name}  ${a}`;
    return textColumns(a) + textColumns(b) < 60
      ? `${name}  ${a || "–"}  |  ${b || "–"}`
      : `${name}\n${indent}  - ${a || "–"}\n${indent}  + ${b || "–"}`;
  };

const widthOf = (lines: readonly Compared[]): number =>
  Math.min(30, Math.max(0, ...lines.map(({ what }) => textColumns(what))));
