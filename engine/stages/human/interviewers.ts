/** Interviewers without a terminal: a program answers, or answers that were written down before. */
import type { Clock } from "../../clock.ts";
import { interviewer } from "./ask.ts";
import type { Answer, Interviewer, Question } from "./question.ts";

/** Always yes, always the first option. Only where somebody asked for it (`--auto-approve`). */
export function autoApproveInterviewer(): Interviewer {
  return interviewer({
    name: "auto-approve",
    automatic: true,
    ask: async ({ type, options }) => {
      if (type === "YES_NO" || type === "CONFIRMATION") return { value: "YES" };
      const [first] = options;
      return first ? { value: "OPTION", option: first } : { value: "TEXT", text: "auto-approved" };
    },
  });
}

/** Answers in the order given; SKIPPED when they run out. */
export function queueInterviewer(answers: readonly Answer[]): Interviewer {
  const left = [...answers];
  return interviewer({
    name: "queue",
    automatic: true,
    ask: async () => left.shift() ?? { value: "SKIPPED" },
  });
}

/** Any other way to reach a person. The signal tells that the question is no longer open. */
export function callbackInterviewer(
  answer: (question: Question, signal: AbortSignal) => Promise<Answer>,
  clock?: Clock,
): Interviewer {
  return interviewer({ name: "callback", automatic: false, ask: answer }, clock);
}

export interface Recording {
  readonly question: Question;
  readonly answer: Answer;
}

/** Passes everything on and keeps it; `queueInterviewer` plays the answers back. */
export function recordingInterviewer(
  inner: Interviewer,
): Interviewer & { readonly recordings: readonly Recording[] } {
  const recordings: Recording[] = [];
  const ask = async (question: Question, signal?: AbortSignal): Promise<Answer> => {
    const answer = await inner.ask(question, signal);
    recordings.push({ question, answer });
    return answer;
  };
  return {
    name: `recorded ${inner.name}`,
    automatic: inner.automatic,
    recordings,
    ask,
    async askMultiple(questions, signal) {
      const answers: Answer[] = [];
      for (const question of questions) answers.push(await ask(question, signal));
      return answers;
    },
    inform: (message, stage) => inner.inform(message, stage),
  };
}
