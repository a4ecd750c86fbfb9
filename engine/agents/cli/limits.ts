/** Ends and bounds that several CLIs share. */
import type { CliFailure } from "./adapter.ts";

export const turnLimit = (maxTurns: number): CliFailure => ({
  problem: `turn limit reached (max_turns=${maxTurns})`,
  code: "turn_limit",
});

const ANSWER_CHARS = 8 * 1024 * 1024;

/** An answer that comes in pieces, for as long as it can be one; the log file has the rest. */
export const longer = (said: string, more: string): string =>
  said.length + more.length > ANSWER_CHARS ? said : said + more;
