/** What a command is, and what all of them have in common: options, `--help`, and errors told with their fix. */
import { tell } from "./errors.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { type Known, options, UsageError } from "./options.ts";

/** Ends with the exit code: 0 success, 1 the run failed, 2 invalid input, 3 canceled, 4 waiting for a human, or for a provider to be paid. */
export type Run = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** A row of the list of commands. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Run>;
}

const HELP = { help: { type: "boolean", short: "h", default: false } } as const;

/** The arguments of a command with these options. */
export type Arguments<T extends Known> = ReturnType<typeof options<T & typeof HELP>>;

interface CommandParts<T extends Known> {
  readonly name: string;
  readonly usage: string;
  /** All but `--help`. */
  readonly options: T;
  /** Arguments as the parser takes them, where a person may write less. */
  readonly complete?: (args: readonly string[]) => string[];
  /** What `--help` says where the usage alone does not. */
  readonly help?: (given: Arguments<T>) => string;
  /** Throws a `UsageError` for arguments that it cannot take. */
  readonly run: (given: Arguments<T>, terminal: Terminal, args: readonly string[]) => Promise<number>;
}

export function command<T extends Known>(parts: CommandParts<T>): Run {
  const { name, usage, run } = parts;
  return async (args, terminal) => {
    try {
      const given: Arguments<T> = options(parts.complete?.(args) ?? args, { ...parts.options, ...HELP });
      if ((given.values as { readonly help?: boolean }).help !== true)
        return await run(given, terminal, args);
      terminal.out(parts.help?.(given) ?? usage);
      return EXIT.success;
    } catch (error) {
      return tell(terminal, name, usage, error);
    }
  };
}

/** For a command that takes no word without an option. `instead`: what to do. */
export function noWords(positionals: readonly string[], instead: string): void {
  if (positionals.length > 0) throw new UsageError(`${instead}, not ${JSON.stringify(positionals[0])}`);
}
