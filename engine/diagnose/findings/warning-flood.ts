import { countText } from "../../report/units.ts";
import { whereOf } from "../facts/mark.ts";
import type { FindingKind } from "./kind.ts";
import { quote, some } from "./words.ts";

const FLOOD = 20;

export const warningFlood: FindingKind = {
  code: "WARNING_FLOOD",
  title: "One warning many times",
  explain:
    "The same warning, numbers aside, stands at least twenty times in the logs. Something is wrong all the time and costs a little each time. Other warnings are counted beside it.",
  fix: "Fix what the warning names: most often a tool of the wrong version, or an option that it does not know.",
  look: (facts) => {
    const all = [...facts.warnings].toSorted((a, b) => b[1].count - a[1].count);
    const floods = all.filter(([, times]) => times.count >= FLOOD);
    if (floods.length === 0) return [];
    const total = all.reduce((sum, [, times]) => sum + times.count, 0);
    return [
      {
        severity: "warning",
        title: `a warning came ${countText(floods[0]![1].count)} times`,
        evidence: `${countText(total)} warnings: ${some(all.map(([said, times]) => `${quote(said, 120)} × ${countText(times.count)}`))}`,
        advice: "fix what it names; if it is harmless, have the tool updated so that it stops",
        where: floods.flatMap(([, { first, last }]) => [whereOf(first), whereOf(last)]),
        numbers: { total, most: floods[0]![1].count },
      },
    ];
  },
};
