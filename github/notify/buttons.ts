/** Choices as buttons of a check, each naming the very question it answers, so that an old button never answers a new one. */
import { createHash } from "node:crypto";

/** GitHub shows three buttons of twenty characters, and only on a check that is completed. */
const MOST_BUTTONS = 3;
const LABEL = 20;
const DESCRIPTION = 40;

interface Question {
  readonly id: string;
  readonly choices: readonly string[];
}

interface Button {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

const nameOf = (gate: string): string => createHash("sha256").update(gate).digest("hex").slice(0, 8);

/** Of the first question; more than three choices are answered by comment. */
export function buttonsFor(question: Question | undefined): Button[] {
  if (!question) return [];
  return question.choices.slice(0, MOST_BUTTONS).map((choice, i) => ({
    label: cut(choice.replace(/^\[\w+\]\s*/, ""), LABEL),
    description: cut(`Answer ${question.id}: ${choice}`, DESCRIPTION),
    identifier: `choose:${i}:${nameOf(question.id)}`,
  }));
}

/** The waiting question and its choice that a button means; null: that question waits no more. */
export function buttonOf(
  identifier: string,
  waiting: readonly { readonly gate: string; readonly choices: readonly string[] }[],
): { readonly gate: string; readonly label: string } | null {
  const [, index, name] = /^choose:([0-2]):([0-9a-f]{8})$/.exec(identifier) ?? [];
  const gate = waiting.find((one) => nameOf(one.gate) === name);
  const label = gate?.choices[Number(index)];
  return gate && label !== undefined ? { gate: gate.gate, label } : null;
}

export const cut = (text: string, max: number): string =>
  [...text].length <= max ? text : `${[...text].slice(0, max - 1).join("")}…`;
