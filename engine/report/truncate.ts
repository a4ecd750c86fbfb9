/** Markdown cut to a length: whole lines where possible, nothing left open, and it says what is missing. */
import { countText } from "./units.ts";

/** Room for the note and for what must be closed; below this the cut is bare. */
const NOTE_ROOM = 120;
const OPEN_FENCE = /^ {0,3}(`{3,}|~{3,})([^\n]*)$/;

export function truncateMarkdown(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max < NOTE_ROOM * 2) return wholeCharacters(text, max);
  let room = max - NOTE_ROOM;
  for (;;) {
    const kept = atLineEnd(wholeCharacters(text, room));
    const closing = closersOf(kept);
    const note = `\n\n_… cut here: ${countText(text.length - kept.length)} of ${countText(text.length)} characters are not shown._`;
    const result = `${kept}${closing}${note}`;
    if (result.length <= max) return result;
    if (room <= NOTE_ROOM) return wholeCharacters(text, max);
    room = Math.max(NOTE_ROOM, room - (result.length - max));
  }
}

/** The same for text that has no markup: what is missing is said on a line of its own. */
export function truncateText(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = wholeCharacters(text, max);
  return `${kept}\n… ${countText(text.length - kept.length)} more characters`;
}

function wholeCharacters(text: string, max: number): string {
  const cut = text.slice(0, Math.max(0, max));
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** The last line end, unless that throws away much: then the middle of a long line is the better place. */
function atLineEnd(text: string): string {
  const end = text.lastIndexOf("\n");
  return end > text.length - 2000 && end > text.length / 2 ? text.slice(0, end) : text;
}

function closersOf(text: string): string {
  let fence: string | null = null;
  let folds = 0;
  for (const line of text.split("\n")) {
    const mark = OPEN_FENCE.exec(line);
    if (fence !== null) {
      if (mark && closes(fence, mark[1]!, mark[2]!)) fence = null;
      continue;
    }
    if (mark && !(mark[1]!.startsWith("`") && mark[2]!.includes("`"))) fence = mark[1]!;
    else folds = Math.max(0, folds + occurrences(line, "<details>") - occurrences(line, "</details>"));
  }
  return (fence === null ? "" : `\n${fence}`) + "\n\n</details>".repeat(folds);
}

function closes(open: string, mark: string, rest: string): boolean {
  return mark[0] === open[0] && mark.length >= open.length && rest.trim() === "";
}

function occurrences(line: string, part: string): number {
  return line.split(part).length - 1;
}
