/** One page for each finding of `attractor diagnose`, and their list, made from the findings themselves. */
import type { FindingKind } from "../engine/diagnose/findings/kind.ts";
import { FINDING_KINDS } from "../engine/diagnose/kinds.ts";

export function findingPages(): Map<string, string> {
  return new Map([
    ["README.md", listPage()],
    ...FINDING_KINDS.map((kind) => [`${kind.code}.md`, page(kind)] as const),
  ]);
}

const listPage = (): string =>
  [
    "# Findings",
    "",
    "Made from `engine/diagnose/findings` by `scripts/docs.ts`; change it there. `attractor diagnose RUN` prints what it finds",
    "in a run, worst first; the comment, the check and the run page on GitHub carry the same. Codes are stable; `--json` is",
    "described by `schemas/diagnosis.schema.json`. An error ended the run or wastes its work, a warning costs something, a note",
    "(info) is good to know.",
    "",
    ...FINDING_KINDS.map(({ code, title }) => `- [${code}](${code}.md): ${title}`),
    "",
  ].join("\n");

const page = ({ code, title, explain, fix }: FindingKind): string =>
  [`# ${code}`, "", `**${title}.**`, "", explain, "", `**Fix:** ${fix}`, ""].join("\n");
