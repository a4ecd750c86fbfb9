/** What was assumed and what was seen, as a table, and as an issue where they differ. Names nothing of the repository. */
import { ASSUMED, type Assumed, NOT_ASKED, type Seen } from "./assumptions.ts";

const mark = (as: boolean | null): string => (as === null ? "not asked" : as ? "as assumed" : "DIFFERS");

export const tableOf = (seen: readonly Seen[]): string =>
  [
    "| row | assumed | seen | |",
    "|---|---|---|---|",
    ...seen.map((one) => `| ${one.row} | ${ASSUMED[one.row].says} | ${one.seen} | ${mark(one.as)} |`),
    ...NOT_ASKED.map(([what, why]) => `| | ${what} | ${why} | not asked |`),
  ]
    .map((line) => `${line}\n`)
    .join("");

/** null: nothing differs. */
export function issueOf(seen: readonly Seen[], version: string, on: Date): string | null {
  const differs = seen.filter(({ as }) => as === false);
  if (differs.length === 0) return null;
  const means = differs.map(({ row }): string => {
    const assumed: Assumed = ASSUMED[row];
    return `- ${row}: ${assumed.otherwise}.\n`;
  });
  return `Title: doctor --accept: github.com differs in ${differs.map(({ row }) => row).join(", ")}

\`attractor doctor --accept\` of version ${version}, on ${on.toISOString().slice(0, 10)}. What differs means:

${means.join("")}
${tableOf(seen)}`;
}
