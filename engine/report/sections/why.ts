/** Why the run ended as it did, in the words of the stage that failed. */
import { details } from "../escape.ts";
import type { RunReport } from "../model.ts";
import { plural } from "../units.ts";
import { causeBlock, type Forms } from "./shared.ts";

/** The cause that ended the run stands open, those under it folded. */
export function why({ causes, status }: RunReport): Forms {
  const [first, ...rest] = causes;
  if (!first || status === "success") return [""];
  const form = (limit: number, shown: number): string => {
    const under = rest.slice(0, shown).map((cause) => causeBlock(cause, limit));
    const more = rest.length > shown ? `\n\n… and ${plural(rest.length - shown, "more cause")}.` : "";
    const folded =
      rest.length === 0 ? "" : `\n\n${details(plural(rest.length, "more cause"), under.join("\n\n") + more)}`;
    return `**Why**\n\n${causeBlock(first, limit)}${folded}`;
  };
  return [form(20_000, 50), form(8192, 10), form(2000, 5), form(1000, 0)];
}
