/** What a person must type to call this command again: started by npx it is nowhere on the PATH. */

/** Of a next step, and of what follows it in the same line. */
const NEXT = /(?<=^(?:next|or): |^(?:next|or): .* && )attractor (?=\w)/gm;

export const typedAs =
  (env: NodeJS.ProcessEnv) =>
  (text: string): string =>
    env.npm_command === "exec" ? text.replace(NEXT, "npx attractor ") : text;
