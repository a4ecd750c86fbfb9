/** Which answer a typed text is. What matches nothing is refused, never taken for the first option. */
import { bareLabel } from "../../graph/labels.ts";
import type { Answer, Option, Question } from "./question.ts";

export type MatchedText =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly why: string };

export function matchTyped(question: Question, typed: string): MatchedText {
  const text = typed.trim();
  switch (question.type) {
    case "YES_NO":
    case "CONFIRMATION":
      return matchYesNo(text);
    case "FREEFORM":
      if (text === "") return refuse("an answer needs some text");
      return chosen(question.options, text) ?? { ok: true, answer: { value: "TEXT", text } };
    case "MULTIPLE_CHOICE":
      return chosen(question.options, text) ?? refuse(`"${text}" is none of ${offer(question.options)}`);
  }
}

/** By key, by the label as written, or by the label without its key. Null when the text is none of them. */
function chosen(options: readonly Option[], text: string): MatchedText | null {
  for (const names of [byKey, byLabel, byBareLabel]) {
    const found = options.filter((option) => normal(names(option)) === normal(text));
    if (found.length > 1)
      return refuse(`"${text}" names ${found.length} choices; choose by key: ${offer(options)}`);
    if (found[0]) return { ok: true, answer: { value: "OPTION", option: found[0] } };
  }
  return null;
}

const offer = (options: readonly Option[]): string =>
  options.map(({ key, label }) => `[${key}] ${bareLabel(label)}`).join(", ");

const byKey = ({ key }: Option): string => key;
const byLabel = ({ label }: Option): string => label;
const byBareLabel = ({ label }: Option): string => bareLabel(label);
const normal = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

function matchYesNo(text: string): MatchedText {
  const word = text.toLowerCase();
  if (word === "y" || word === "yes") return { ok: true, answer: { value: "YES" } };
  if (word === "n" || word === "no") return { ok: true, answer: { value: "NO" } };
  return refuse(`"${text}" is neither yes nor no`);
}

const refuse = (why: string) => ({ ok: false, why }) as const;
