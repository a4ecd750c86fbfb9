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
    throw new UsageError(inWords((error as Error).message, Object.keys(known)));
  }
}

/** Node's message is about how a parser reads; a person wants the option's name, and the right one. */
function inWords(message: string, known: readonly string[]): string {
  const [, unknown] = /^Unknown option '(-[^'=]+)/.exec(message) ?? [];
  if (unknown !== undefined) {
    const name = unknown.replace(/^-+/, "");
    const near =
      nearestWord(name, known) ?? known.find((option) => name.length > 2 && option.startsWith(name));
    return `there is no option ${unknown}${near === undefined ? "" : `; did you mean --${near}?`}`;
  }
  const [, option] = /^Option '(?:-\w, )?(--[^' ]+)/.exec(message) ?? [];
  if (option === undefined) return message;
  if (message.includes("does not take an argument")) return `${option} takes no value`;
  const dash = message.includes("is ambiguous")
    ? `; one that begins with a dash is written ${option}=-…`
    : "";
  return `${option} needs a value${dash}`;
}

/** `K=V` pairs; the first `=` divides. `form`: as the usage of the flag has it. */
export function pairs(given: readonly string[], flag: string, form = "KEY=VALUE"): [string, string][] {
  return given.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`${flag} takes ${form}, not ${JSON.stringify(pair)}`);
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
