/** Limits of a session that were run into: one failure in any wording, "turn limit reached" or "used up all 25 turns". */
import { pieces } from "./keys.ts";
import type { Token } from "./tokens.ts";
import { stem } from "./words.ts";

const stems = (words: string): ReadonlySet<string> => new Set(words.split(" ").map(stem));

/** What there is a limit of, and the code of running into it. */
const LIMITED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    turn: "turn-limit",
    iteration: "turn-limit",
    token: "token-limit",
    context: "token-limit",
    rate: "e429",
    stage: "stage-timeout",
    attempt: "stage-timeout",
    session: "stage-timeout",
  }).map(([word, code]) => [stem(word), code]),
);
const SUBJECT = new RegExp([...LIMITED.keys()].join("|"));
const LIMIT = stems("limit max maximum budget cap quota length window");
/** Beside what is counted, "out of turns" and "all 25 turns" as well. */
const LIMIT_OF_MANY = stems("limit max maximum budget cap quota length window out all");
const REACHED = stems(
  "reached exceeded hit exhausted consumed spent used ran over stopped ended maximum long timeout timed",
);
const TIMEOUT = stems("timeout timed");
/** How many words may stand between: "the maximum number of turns". */
const REACH = 3;

export function limitsIn(tokens: readonly Token[]): string[] {
  const found: string[] = [];
  if (!tokens.some((token) => (token.plain ? LIMITED.has(token.stem) : SUBJECT.test(token.lower))))
    return found;
  for (const line of Map.groupBy(tokens, (token) => token.line).values()) {
    const words = line.flatMap((token) => (token.plain ? [token.stem] : pieces(token)));
    // "turned out", "a token of that length": only turns and tokens are counted, or "turn limit" said in one piece.
    const counted = line.flatMap((token) =>
      token.plain ? [/(?:turn|token|iteration)s$/.test(token.lower)] : pieces(token).map(() => true),
    );
    if (!words.some((word) => REACHED.has(word))) continue;
    words.forEach((word, i) => {
      const code = LIMITED.get(word);
      if (code === undefined) return;
      const timed = code === "stage-timeout";
      const wide = timed || (counted[i] && word !== "rate");
      const near = wide ? words.slice(Math.max(0, i - REACH), i + REACH + 1) : words.slice(i + 1, i + 2);
      const several = timed ? TIMEOUT : LIMIT_OF_MANY;
      if (near.some((other) => (wide ? several : LIMIT).has(other))) found.push(code);
    });
  }
  return found;
}
