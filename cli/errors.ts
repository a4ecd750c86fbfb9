/** Errors that a person can do something about, told with their fix; of a defect the stack is shown only on demand. */
import { errorNumber, fixOf } from "../engine/ledger/write-failed.ts";
import { EXIT } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./options.ts";
import { pageOf } from "./pages.ts";

/** Where the errors that a beginner meets are explained. */
const PAGES: Readonly<Record<string, string>> = {
  ConfigError: pageOf("reference/configuration.md"),
  PreflightError: pageOf("agents.md"),
  InvalidGraphError: pageOf("reference/lint/README.md"),
};

export function tell(io: Io, command: string, usage: string, error: unknown): number {
  if (error instanceof UsageError) {
    io.err(`attractor ${command}: ${error.message}\n${usage}`);
    return EXIT.invalid;
  }
  if (!(error instanceof Error)) throw error;
  const fix = (error as { fix?: unknown }).fix;
  const problems = (error as { problems?: unknown }).problems;
  if (Array.isArray(problems)) {
    const page = PAGES[error.name];
    const more = page === undefined ? "" : `  more: ${page}\n`;
    io.err(`${problems.map((problem) => `attractor ${command}: ${problem}`).join("\n")}\n${more}`);
    return EXIT.invalid;
  }
  if (typeof fix === "string") {
    io.err(`attractor ${command}: ${error.message}\n  ${fix}\n`);
    return error.name === "LedgerError" ? EXIT.failed : EXIT.invalid;
  }
  // What the system refuses is told by its number, its call and its path.
  if (errorNumber(error) !== "" && "syscall" in error) {
    io.err(`attractor ${command}: ${error.message}\n  ${fixOf(errorNumber(error))}\n`);
    return EXIT.failed;
  }
  const shown = process.env.ATTRACTOR_DEBUG ? error.stack : error.message;
  io.err(`attractor ${command}: ${shown}\n  this is a defect; ATTRACTOR_DEBUG=1 shows where it is\n`);
  return EXIT.failed;
}
