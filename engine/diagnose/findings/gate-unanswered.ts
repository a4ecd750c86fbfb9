import { minuteUtc } from "../../report/units.ts";
import type { GateFacts, RunFacts } from "../facts/facts.ts";
import { whereOf } from "../facts/mark.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { exact, goOn } from "./words.ts";

export const gateUnanswered: FindingKind = {
  code: "GATE_UNANSWERED",
  title: "Nobody answered a question",
  explain:
    "A human gate had no answer in its time and no default that could be taken. A question that still waits in its time is a note; a question that was answered, by a person or by its default, is no finding.",
  fix: "Answer it with `attractor answer RUN GATE LABEL`, or resume to ask again. `human.default_choice` names what happens without an answer, `human.timeout` how long to wait.",
  look: (facts) => [...facts.gates.values()].flatMap((gate) => unanswered(facts, gate)),
};

function unanswered(facts: RunFacts, gate: GateFacts): Found[] {
  const { id, node, asked, deadline } = gate;
  const where = [whereOf(asked, { node })];
  if (gate.answer === "unanswered") {
    const stopped = facts.ended?.status === "fail";
    return [
      {
        severity: stopped ? "error" : "info",
        title: `${node} was never answered`,
        evidence: `${id} was asked at ${minuteUtc(asked.ts)}${deadline === null ? "" : ` and waited ${exact(deadline - asked.ms)}`}`,
        advice: `${goOn(facts)} and asks again; set human.default_choice or human.timeout on ${node}`,
        where,
        numbers: {},
      },
    ];
  }
  if (gate.answer === "answered" || facts.ended) return [];
  const late = deadline !== null && facts.now > deadline;
  return [
    {
      severity: late ? "warning" : "info",
      title: `${node} waits for an answer`,
      evidence: `${id} was asked at ${minuteUtc(asked.ts)}, ${exact(facts.now - asked.ms)} ago`,
      advice: `\`${facts.command} ${facts.command === "attractor" ? `answer ${facts.runId} ${id}` : `choose ${id}`} LABEL\``,
      where,
      numbers: { waited_ms: facts.now - asked.ms },
    },
  ];
}
