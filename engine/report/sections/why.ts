/** The causes as they were recorded, folded: the first line has told them in words. */
import { details } from "../escape.ts";
import type { ReportModel } from "../model.ts";
import { plural } from "../units.ts";
import { causeBlock, type Forms } from "./shared.ts";

export function why({ causes, status }: ReportModel): Forms {
  if (causes.length === 0 || status === "success") return [""];
  // The deepest first: it is the one that the first line told.
  const ordered = causes.toReversed();
  const form = (limit: number, shown: number): string => {
    const blocks = ordered.slice(0, shown).map((cause) => causeBlock(cause, limit));
    const more = causes.length > shown ? [`… and ${plural(causes.length - shown, "more cause")}.`] : [];
    const title = causes.length === 1 ? "The cause as recorded" : "The chain of causes as recorded";
    return details(title, [...blocks, ...more].join("\n\n"));
  };
  return [form(20_000, 50), form(8192, 10), form(2000, 5), form(1000, 1)];
}
