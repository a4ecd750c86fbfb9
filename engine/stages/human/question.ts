/** What a person is asked and what came back (specification 6.2, 6.3). */

import type { JsonValue } from "../../core/outcome.ts";
import type { Shown } from "../../core/shown.ts";

export type QuestionType = "YES_NO" | "MULTIPLE_CHOICE" | "FREEFORM" | "CONFIRMATION";

export interface Option {
  /** What to type for it. */
  readonly key: string;
  readonly label: string;
}

export interface Question {
  readonly text: string;
  readonly type: QuestionType;
  /** Of a MULTIPLE_CHOICE question. */
  readonly options: readonly Option[];
  /** Taken when nobody answers in time. */
  readonly default?: Answer;
  readonly timeoutMs?: number;
  /** What is to be approved. */
  readonly shows?: readonly Shown[];
  /** The node that asks. */
  readonly stage: string;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

export type Answer =
  | { readonly value: "YES" | "NO" | "SKIPPED" | "TIMEOUT" }
  | { readonly value: "OPTION"; readonly option: Option }
  | { readonly value: "TEXT"; readonly text: string };

export interface Interviewer {
  readonly name: string;
  /** True when no person answers: said in manifest, final and summaries (R-RUN-5). */
  readonly automatic: boolean;
  /** The signal takes the question back; the answer is then SKIPPED. */
  ask(question: Question, signal?: AbortSignal): Promise<Answer>;
  askMultiple(questions: readonly Question[], signal?: AbortSignal): Promise<readonly Answer[]>;
  inform(message: string, stage: string): Promise<void>;
}
