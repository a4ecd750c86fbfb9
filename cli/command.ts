/** What a command is. */
import type { Terminal } from "./io.ts";

/** Ends with the exit code: 0 success, 1 the run failed, 2 invalid input, 3 canceled, 4 waiting for a human, or for a provider to be paid. */
export type Run = (args: readonly string[], terminal: Terminal) => Promise<number>;

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Run>;
}
