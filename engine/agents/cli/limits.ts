/** Failures that several CLIs end with, in the words that others look for. */
import type { CliFailure } from "./adapter.ts";

export const turnLimit = (maxTurns: number): CliFailure => ({
  problem: `turn limit reached (max_turns=${maxTurns})`,
  code: "turn_limit",
});
