/** How the server holds a job on a runner. */
export type Result = "success" | "failure" | "cancelled" | "skipped";

export interface JobOutcome {
  readonly result: Result;
  readonly outputs: ReadonlyMap<string, string>;
}

export interface JobControl {
  readonly done: Promise<JobOutcome>;
  /** The cancel message: running steps look at their conditions again, what does not hold is stopped. */
  cancel(): void;
  /** The machine is gone: every process dies at once and nothing more is heard. */
  kill(): void;
  /** The machine works on, but is not heard any more. */
  silence(): void;
}
