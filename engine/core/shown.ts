/** What a question shows of the work that it asks about, and how lines of it look at a terminal. */

/** A file or the changes, cut to what a person reads before deciding. */
export interface Shown {
  readonly name: string;
  readonly kind: "text" | "diff";
  readonly text: string;
  /** Characters that are not shown. */
  readonly left: number;
}

const MOST_LINES = 60;
/** What moves a terminal's cursor or colours its text. */
export const ESCAPES = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\^_])/g;

/** Without colours, control characters and direction overrides: nothing of it moves a cursor. */
export const harmless = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(ESCAPES, "")
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]/g, "");

export function shownLines({ name, text, left }: Shown): string[] {
  const all = harmless(text).split("\n");
  const hidden = all.length - MOST_LINES;
  const more = [
    ...(hidden > 0 ? [`${hidden} more lines`] : []),
    ...(left > 0 ? [`${left} more characters`] : []),
  ];
  return [
    `  ┌ ${harmless(name).replace(/\s+/g, " ")}`,
    ...all.slice(0, MOST_LINES).map((line) => `  │ ${line}`.trimEnd()),
    `  └${more.length === 0 ? "" : ` … ${more.join(", ")}`}`,
  ];
}
