import { plural } from "../../report/units.ts";
import type { FindingKind } from "./kind.ts";

export const damagedFile: FindingKind = {
  code: "DAMAGED_FILE",
  title: "A file of the run cannot be read as what it is",
  explain:
    "Lines that are torn, longer than a line may be, no JSON, no event, of another run or out of their order; files that are too large, no plain file or no JSON. What can be read is read all the same. A torn last line is what a crash leaves, and a note.",
  fix: "Restore the file from a copy if there is one. A disk that was full, two processes that wrote one log, or an editor are the usual causes.",
  look: (facts) =>
    facts.damage.map(({ file, what, severity, line, count }) => ({
      severity,
      title: `${file}: ${what}`,
      evidence:
        count === 1 ? `line ${line ?? "?"}` : `${plural(count, "line")}, the first is line ${line ?? "?"}`,
      advice: "restore it from a copy; the rest was read",
      where: [{ file, ...(line === null ? {} : { line }) }],
      numbers: { count },
    })),
};
