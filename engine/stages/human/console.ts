/** Asks at a terminal, or down a pipe of lines. */

import { createInterface } from "node:readline";
import type { Clock } from "../../clock.ts";
import { shownLines } from "../../core/shown.ts";
import { bareLabel } from "../../graph/labels.ts";
import { interviewer } from "./ask.ts";
import { matchTyped } from "./match.ts";
import type { Answer, Interviewer, Question } from "./question.ts";

export interface Console {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly clock?: Clock;
}

/** Reads ahead, so one serves all questions of a run; close it when the run is over. */
export function consoleInterviewer({ input, output, clock }: Console): Interviewer & { close(): void } {
  const lines = lineReader(input);
  const say = (text: string) => output.write(`${text}\n`);
  const ask = async (question: Question, signal: AbortSignal): Promise<Answer> => {
    for (const shown of question.shows ?? []) say(shownLines(shown).join("\n"));
    say(`[?] ${question.text}`);
    for (const { key, label } of question.options) say(`  [${key}] ${bareLabel(label)}`);
    for (;;) {
      output.write(PROMPTS[question.type]);
      const line = await lines.next(signal);
      if (line === null) return { value: "SKIPPED" };
      const matched = matchTyped(question, line);
      if (matched.ok) return matched.answer;
      say(`    ${matched.why}`);
    }
  };
  const inform = async (message: string, stage: string) => {
    say(`[${stage}] ${message}`);
  };
  return { ...interviewer({ name: "console", automatic: false, ask, inform }, clock), close: lines.close };
}

const PROMPTS: Readonly<Record<Question["type"], string>> = {
  YES_NO: "[Y/N]: ",
  CONFIRMATION: "[Y/N]: ",
  MULTIPLE_CHOICE: "Select: ",
  FREEFORM: "> ",
};

/** Lines one by one; null when the input has ended or the question was taken back. */
function lineReader(input: NodeJS.ReadableStream) {
  const readline = createInterface({ input, terminal: false });
  const waiting: ((line: string | null) => void)[] = [];
  const unread: string[] = [];
  let ended = false;
  readline.on("line", (line) => {
    const next = waiting.shift();
    if (next) next(line);
    else unread.push(line);
  });
  readline.once("close", () => {
    ended = true;
    for (const next of waiting.splice(0)) next(null);
  });
  return {
    close: () => readline.close(),
    next: (signal: AbortSignal) =>
      new Promise<string | null>((resolve) => {
        const line = unread.shift();
        if (line !== undefined || ended || signal.aborted) return resolve(line ?? null);
        const take = (answer: string | null) => {
          signal.removeEventListener("abort", giveUp);
          resolve(answer);
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(take), 1);
          resolve(null);
        };
        waiting.push(take);
        signal.addEventListener("abort", giveUp, { once: true });
      }),
  };
}
