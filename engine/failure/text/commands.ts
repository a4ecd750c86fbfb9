/** Commands that a reason mentions: "cargo check --target x" is one thing, and what it found is another. */

import type { Token } from "./tokens.ts";
import { SUBCOMMANDS, TOOLS } from "./tools.ts";

const LONGEST = 4;

/** The command that starts at this tool, `npm-run-build`; "" when the tool stands alone. */
export function commandAt(tokens: readonly Token[], i: number): string {
  const parts = [tokens[i]!.lower];
  for (let j = i + 1; j < tokens.length && j < i + LONGEST && joined(tokens, j); j++) {
    if (!SUBCOMMANDS.has(tokens[j]!.lower)) break;
    parts.push(tokens[j]!.lower);
  }
  return parts.length > 1 ? parts.join("-") : "";
}

/** A subcommand, a flag or a flag's argument that belongs to a tool named shortly before it. */
export function isCommandTail(tokens: readonly Token[], i: number): boolean {
  const word = tokens[i]!.lower;
  const ofFlag = i > 0 && tokens[i - 1]!.text.startsWith("--") && joined(tokens, i);
  if (!word.startsWith("-") && !SUBCOMMANDS.has(word) && !ofFlag) return false;
  for (let j = i; j > 0 && j > i - 5; j--) {
    if (!joined(tokens, j)) return false;
    const previous = tokens[j - 1]!.lower;
    if (TOOLS.has(previous)) return true;
    if (!SUBCOMMANDS.has(previous) && !/[/-]/.test(previous)) return false;
  }
  return false;
}

function joined(tokens: readonly Token[], j: number): boolean {
  const before = tokens[j - 1]!;
  return before.line === tokens[j]!.line && (before.after === " " || before.after === "");
}
