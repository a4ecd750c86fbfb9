import { plural } from "../../report/units.ts";
import type { RunFacts } from "../facts/facts.ts";
import { whereOf } from "../facts/mark.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { exact, goOn, lastMs, mayGoOnWords, some, waits } from "./words.ts";

export const noTerminalRecord: FindingKind = {
  code: "NO_TERMINAL_RECORD",
  title: "The run has no end",
  explain:
    "Every run ends with run_completed, run_failed or run_canceled and a final.json. Without one nobody can tell a run that works from one that hangs or died. A run whose driver lives, or that waits for a person, has no such finding; a log that grew in the last ten minutes has it as a note.",
  fix: "Make sure that its process is gone, then `attractor resume RUN`; `attractor status RUN` records the loss without going on. A run of another engine is started again.",
  look: (facts) => (facts.ended ? [...lost(facts), ...withoutFinal(facts)] : withoutEnd(facts)),
};

function withoutEnd(facts: RunFacts): Found[] {
  if (facts.alive === true || waits(facts)) return [];
  const trunk = facts.scopes.get("");
  const span = lastMs(facts) - (facts.started?.ms ?? trunk?.first?.ms ?? 0);
  const open = [...(trunk?.nodes.values() ?? [])].filter((node) => node.open.size > 0).map(({ id }) => id);
  const lines = [...(trunk?.counts.values() ?? [])].reduce((sum, { n }) => sum + n, 0);
  const without = [...facts.branches.values()].filter(({ ended }) => ended === null).length;
  const last = trunk?.last ?? null;
  const recent = mayGoOnWords(facts);
  const evidence = [
    `${facts.hasFolder ? "there is no final.json, and " : ""}none of ${plural(lines, "line")} ends the run`,
    ...(last === null ? [] : [`the last is from ${last.ts}, ${exact(span)} after the start`]),
    ...(without > 0
      ? [`${without} of ${plural(facts.branches.size, "branch", "branches")} have no end either`]
      : []),
  ];
  return [
    {
      severity: recent ? "info" : "error",
      title: recent
        ? "the run has no end yet"
        : `the run never ended${open.length === 0 ? "" : `: it stopped in ${some(open, 3)}`}`,
      evidence: evidence.join("; "),
      advice: recent ? "look again when it has ended" : goOn(facts),
      where: last === null ? [] : [whereOf(last)],
      numbers: { lines, span_ms: span, branches: facts.branches.size, branches_without_end: without },
    },
  ];
}

/** Somebody recorded that its driver was gone. */
const lost = (facts: RunFacts): Found[] =>
  facts.lost && facts.ended?.status === "fail" && /\b(?:gone|lost)\b/.test(facts.lost.reason)
    ? [
        {
          severity: "error",
          title: "what drove the run vanished before writing an end",
          evidence: facts.lost.reason,
          advice: goOn(facts),
          where: [whereOf(facts.lost.mark)],
          numbers: {},
        },
      ]
    : [];

function withoutFinal(facts: RunFacts): Found[] {
  const { ended } = facts;
  if (!ended || !facts.hasFolder || facts.scopes.get("")?.files.final) return [];
  return [
    {
      severity: "warning",
      title: "the log has an end, the folder has no final.json",
      evidence: `the log says that the run ended ${ended.status} at ${ended.mark.ts}`,
      advice: `\`attractor status ${facts.runId || "RUN"}\` writes it again from the log`,
      where: [whereOf(ended.mark)],
      numbers: {},
    },
  ];
}
