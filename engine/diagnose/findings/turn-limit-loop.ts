import { whereOf } from "../facts/mark.ts";
import type { FindingKind } from "./kind.ts";
import { clock, inBranch, quote, scopesOf, timesWords } from "./words.ts";

export const turnLimitLoop: FindingKind = {
  code: "TURN_LIMIT_LOOP",
  title: "A stage runs into its turn limit again and again",
  explain:
    "An agent used all its turns at least twice in the same place. More rounds of the same cost more and end in the same way. A single turn limit is no finding: an escalation or a second try may be enough.",
  fix: "Raise `max_agent_turns`, give the stage a smaller task, or name a stronger model in `escalation_models`.",
  look: (facts) =>
    scopesOf(facts).flatMap((scope) =>
      [...scope.nodes.values()].flatMap(({ id, turnLimit, lastStatus }) => {
        if (turnLimit === null || turnLimit.count < 2) return [];
        const { count, reason, first, last } = turnLimit;
        return [
          {
            severity: count > 2 && lastStatus !== "success" ? "error" : "warning",
            title: `${id} ran into its turn limit ${timesWords(count)}${inBranch(scope.key)}`,
            evidence: `${quote(reason)} × ${count}, from ${clock(first.ms)} to ${clock(last.ms)}`,
            advice: `raise max_agent_turns of ${id}, make its task smaller, or set escalation_models`,
            where: [first, last].map((at) =>
              whereOf(at, { node: id, ...(scope.key === "" ? {} : { branch: scope.key }) }),
            ),
            numbers: { count },
          },
        ];
      }),
    ),
};
