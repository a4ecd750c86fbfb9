/** Holds diagnoses against labels: what was missed, what was made up, what was right. */
import type { Diagnosis } from "../../../engine/diagnose/diagnosis.ts";
import type { Fault } from "./fault.ts";
import { copyOf, diagnosed, type RunFiles } from "./run-files.ts";

export const serious = ({ findings }: Diagnosis) => findings.filter(({ severity }) => severity !== "info");

interface Score {
  missed: string[];
  made: string[];
  right: number;
}

export async function judge(
  clean: RunFiles,
  faults: readonly (readonly Fault[])[],
  now: number,
): Promise<Score> {
  const score: Score = { missed: [], made: [], right: 0 };
  for (const both of faults) {
    const run = copyOf(clean);
    for (const fault of both) fault.apply(run);
    const said = await diagnosed(run, now);
    const name = both.map((fault) => fault.name).join(" + ");
    const expected = new Set(both.flatMap(({ expects }) => expects));
    for (const code of both.flatMap(({ hides = [] }) => hides)) expected.delete(code);
    const found = new Set(said.findings.map(({ code }) => code));
    for (const code of expected) if (!found.has(code)) score.missed.push(`${name}: ${code}`);
    for (const code of new Set(serious(said).map((one) => one.code)))
      if (expected.has(code)) score.right += 1;
      else score.made.push(`${name}: ${code}`);
  }
  return score;
}

export const pairsOf = (faults: readonly Fault[]): Fault[][] =>
  faults.flatMap((one, i) => faults.slice(i + 1).map((other) => [one, other]));

export const precision = ({ right, made }: Score): number => right / (right + made.length);
