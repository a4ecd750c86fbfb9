/** What is wrong in a condition or a stylesheet, where in its text, and what to write instead. */
import { FixableError } from "../fixable-error.ts";

export interface TextProblem {
  readonly ok: false;
  readonly error: string;
  readonly offset: number;
  readonly fix: string;
}

/** Thrown by the readers of such texts and caught at their doors. */
export class TextError extends FixableError {
  readonly offset: number;
  constructor(error: string, offset: number, fix: string) {
    super(error, fix);
    this.offset = offset;
  }
}

/** Anything but a TextError goes on up. */
export function problemOf(error: unknown): TextProblem {
  if (!(error instanceof TextError)) throw error;
  return { ok: false, error: error.message, offset: error.offset, fix: error.fix };
}
