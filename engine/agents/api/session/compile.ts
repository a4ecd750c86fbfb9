/** The error of a compiler in a command's output, in a form that does not change when lines move. */

/** As compilers and type checkers print them: gcc and clang, tsc, rustc, go, javac, python. */
const ERRORS = [
  /^\S+?:\d+(?::\d+)?: (?:fatal )?error:? .+$/m,
  /^\S+?(?:\(\d+,\d+\)|:\d+:\d+)(?: -|:) error TS\d+: .+$/m,
  /^error(?:\[E\d+\])?: (?!could not compile|aborting).+$/m,
  /^(?:\.?\/?[\w./-]+\.go):\d+:\d+: .+$/m,
  /^(?:SyntaxError|IndentationError): .+$/m,
];

/** null: nothing here failed to compile. */
export function compilerError(output: string): string | null {
  const found = ERRORS.flatMap((pattern) => pattern.exec(output) ?? []).sort(
    (a, b) => output.indexOf(a) - output.indexOf(b),
  )[0];
  return found === undefined ? null : found.replace(/\d+/g, "#").replace(/\s+/g, " ").trim().slice(0, 300);
}
