/** What every interviewer has in common: a deadline with its default, questions one after another, a way to say nothing. */
import { type Clock, machineClock } from "../../clock.ts";
import type { Answer, Interviewer, Question } from "./question.ts";

export interface Asking {
  readonly name: string;
  readonly automatic: boolean;
  /** Must settle soon after the signal is aborted; what it answers then does not count. */
  readonly ask: (question: Question, signal: AbortSignal) => Promise<Answer>;
  readonly inform?: (message: string, stage: string) => Promise<void>;
}

export function interviewer(
  { name, automatic, ask, inform }: Asking,
  clock: Clock = machineClock,
): Interviewer {
  const askOne = (question: Question, signal?: AbortSignal) => withDeadline(ask, question, signal, clock);
  return {
    name,
    automatic,
    ask: askOne,
    async askMultiple(questions, signal) {
      const answers: Answer[] = [];
      for (const question of questions) answers.push(await askOne(question, signal));
      return answers;
    },
    inform: inform ?? (async () => {}),
  };
}

async function withDeadline(
  ask: Asking["ask"],
  question: Question,
  outer: AbortSignal | undefined,
  clock: Clock,
): Promise<Answer> {
  const { timeoutMs, default: fallback } = question;
  const over = new AbortController();
  const takeBack = () => over.abort();
  outer?.addEventListener("abort", takeBack, { once: true });
  if (outer?.aborted) over.abort();
  try {
    if (over.signal.aborted) return { value: "SKIPPED" };
    const ends: Promise<Answer>[] = [ask(question, over.signal), skippedAt(over.signal)];
    if (timeoutMs !== undefined) {
      const late = fallback ?? ({ value: "TIMEOUT" } as const);
      ends.push(
        clock.sleep(timeoutMs, over.signal).then(() => (over.signal.aborted ? { value: "SKIPPED" } : late)),
      );
    }
    return await Promise.race(ends);
  } finally {
    over.abort();
    outer?.removeEventListener("abort", takeBack);
  }
}

const skippedAt = (signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({ value: "SKIPPED" }), { once: true });
  });
