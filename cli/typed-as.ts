/** What a person must type to call this command again: started by npx it is nowhere on the PATH. */

/** Of a next step, and of what follows it in the same line. */
const NEXT = /(?<=^(?:next|or): |^(?:next|or): .* && )attractor (?=\w)/gm;

/** What a message names, in the quotes of code. Messages are ours; what goes to standard output may be a stage's. */
const NAMED = /(?<=`)attractor (?=[a-z])/g;

/** Of standard output. */
export const typedAs =
  (env: NodeJS.ProcessEnv) =>
  (text: string): string =>
    env.npm_command === "exec" ? text.replace(NEXT, "npx attractor ") : text;

/** Of standard error. */
export const messageTypedAs =
  (env: NodeJS.ProcessEnv) =>
  (text: string): string =>
    typedAs(env)(env.npm_command === "exec" ? text.replace(NAMED, "npx attractor ") : text);

/** The same of a command that stands alone, or of several in a line. */
export const commandTypedAs = (env: NodeJS.ProcessEnv, command: string): string =>
  env.npm_command === "exec" ? command.replace(/(?<=^|&& )attractor (?=\w)/g, "npx attractor ") : command;
