/** Reading a command's arguments: what is wrong comes back as a sentence, not as a stack. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearestWord } from "../engine/graph/nearest.ts";

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export type Known = NonNullable<ParseArgsConfig["options"]>;

export function options<T extends Known>(args: readonly string[], known: T) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: known });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}${meant(error as Error, Object.keys(known))}`);
  }
}

/** For an option that is only misspelt. */
function meant({ message }: Error, known: readonly string[]): string {
  const [, unknown] = /^Unknown option '--([^'=]+)/.exec(message) ?? [];
  const near = unknown === undefined ? null : nearestWord(unknown, known);
  return near === null ? "" : `; did you mean --${near}?`;
}

/** `K=V` pairs; the first `=` divides. */
export function pairs(given: readonly string[], flag: string): [string, string][] {
  return given.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`${flag} takes KEY=VALUE, not ${JSON.stringify(pair)}`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

export function onlyOne(positionals: readonly string[], what: string): string {
  const [first, ...more] = positionals;
  if (first === undefined) throw new UsageError(`name ${what}`);
  if (more.length > 0)
    throw new UsageError(
      `one ${what.replace(/^an? |^the /, "")} only; ${JSON.stringify(more[0])} is one too many`,
    );
  return first;
}
