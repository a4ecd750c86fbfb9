/** Test titles written as a path: `file > suite > test`, `suite › test`. The last crumb names the test. */
import { opensAssertion } from "./assertions.ts";
import { isFile } from "./shapes.ts";
import { stem } from "./words.ts";

export interface Crumb {
  readonly title: string;
  /** The stretch of the line that the whole path covers. */
  readonly from: number;
  readonly to: number;
}

/** Words after which a title has ended and the verdict begins. */
const VERDICTS = new Set(
  "fails failed fail failing exceeded exceeds errored errors panicked panics crashed crashes threw throws timed times expected expects got received passed skipped".split(
    " ",
  ),
);
const LONGEST_TITLE = 14;

export function crumbOf(line: string): Crumb | null {
  const first = line.indexOf(" > ");
  if (first <= 0 || !/[\w\])'"`]/.test(line[first - 1]!)) return null;
  const last = line.lastIndexOf(" > ");
  const start = last + 3;
  const rest = line.slice(start);
  const end = rest.search(/[:()"`;]|, |\s-+>?\s|\s\d+ ?m?s\b|\s{2,}|\.\s|\.$/);
  const words = (end === -1 ? rest : rest.slice(0, end)).trim().split(/\s+/);
  const verdict = words.findIndex((word, i) => i > 0 && VERDICTS.has(word.toLowerCase()));
  const title = (verdict === -1 ? words : words.slice(0, verdict)).slice(0, LONGEST_TITLE).join(" ");
  if (!/[A-Za-z]/.test(title) || isFile(title)) return null;
  return { title, from: pathStart(line, first), to: start + title.length };
}

/** `1) Cart adds an item (CartTest)`, `not ok 3 - title`, `✖ title (4ms)`; a suite's heading has the test on the next line. */
export function headings(lines: readonly string[]): string[] {
  const asserted = lines.some(opensAssertion);
  return lines.flatMap((line, i) => {
    const marked = /^[\u2717\u2716\u2715\u2718\u00d7] (\S.*?)(?: \(?[\d.]+ ?m?s\)?)?$/.exec(line.trim())?.[1];
    const timed =
      /^[\u2717\u2716\u2715\u2718\u00d7] \D.*? \(?[\d.]+ ?m?s\b/.test(line) ||
      opensAssertion(lines[i + 1] ?? "");
    const heading =
      /^(?:\d{1,4}\)|not ok \d{1,5} -) (?:test )?(\S.*)$/.exec(line)?.[1] ??
      /^(\w[\w ,'-]*) \([\w./-]+[._](?:test|spec)\.\w+\): /.exec(line)?.[1] ??
      (timed ? marked : toldTitle(line, asserted));
    if (heading === undefined || heading.includes(" > ")) return [];
    const next = lines[i + 1] ?? "";
    const title =
      next.endsWith(":") && !/error|expect/i.test(next)
        ? next.slice(0, -1)
        : heading.replace(/ \(.*$|:.*$/, "");
    const words = title.split(" ");
    return (words.length > 1 || heading === marked) && words.length <= LONGEST_TITLE ? [title] : [];
  });
}

/** Where prose tells of a test: "the test adds 2 items failed", "adds 2 items: expected 3", "in adds 2 items" below an assertion. */
function toldTitle(line: string, asserted: boolean): string | undefined {
  if (!/\d/.test(line)) return undefined;
  const title =
    /\btest (\S+(?: \S+){1,12}?) fail(?:s|ed)\b/i.exec(line)?.[1] ??
    /^(?:\w+: )?([a-z][\w ,'-]*): expected /i.exec(line)?.[1] ??
    (asserted ? /^in (\S.*)$/.exec(line.trim())?.[1] : undefined);
  return title === undefined || PLACED.test(title) || !/\d/.test(title) ? undefined : title;
}
/** "line 3", "run 12": a number that a place or a machine gave, and no title. */
const PLACED =
  /(?:^|\s)(?:at|line|column|row|col|run|job|step|attempt|shard|worker|suite|file)s? #?\d|[:/(]|\b\d+ (?:fail|tests?\b)/i;

function pathStart(line: string, end: number): number {
  let i = end;
  while (i > 0 && !/[:)\]"`]/.test(line[i - 1]!)) i--;
  return i;
}

/** `rooms_do_not_overlap`, `roomsDoNotOverlap` and `rooms do not overlap` are one title. */
export function titleKey(title: string): string {
  const words = title
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d[\]]+/u)
    .filter((word) => word !== "");
  if (words.length > 1 && words[0] === "test") words.shift();
  return words.map(stem).join("-");
}
