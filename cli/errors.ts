/** Errors that a person can do something about, told with their mend; anything else is a defect and keeps its stack. */
import { EXIT } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./options.ts";

export function tell(io: Io, command: string, usage: string, error: unknown): number {
  if (error instanceof UsageError) {
    io.err(`attractor ${command}: ${error.message}\n${usage}`);
    return EXIT.invalid;
  }
  if (!(error instanceof Error)) throw error;
  const mend = (error as { mend?: unknown }).mend;
  const problems = (error as { problems?: unknown }).problems;
  if (Array.isArray(problems)) {
    io.err(`${problems.map((problem) => `attractor ${command}: ${problem}`).join("\n")}\n`);
    return EXIT.invalid;
  }
  if (typeof mend === "string") {
    io.err(`attractor ${command}: ${error.message}\n  ${mend}\n`);
    return error.name === "LedgerError" ? EXIT.failed : EXIT.invalid;
  }
  io.err(`attractor ${command}: ${error.stack ?? error.message}\n`);
  return EXIT.failed;
}
