/** What of a tool's output reaches the model: cut by characters first, always, then by lines (specification, loop 9.5). */

interface Limit {
  readonly chars: number;
  readonly lines: number | null;
  /** Which part stays. */
  readonly keep: "ends" | "tail";
}

export const LIMITS: Readonly<Record<string, Limit>> = {
  read_file: { chars: 50_000, lines: null, keep: "ends" },
  read_many_files: { chars: 50_000, lines: null, keep: "ends" },
  shell: { chars: 30_000, lines: 256, keep: "ends" },
  grep: { chars: 20_000, lines: 200, keep: "tail" },
  glob: { chars: 20_000, lines: 500, keep: "tail" },
  list_dir: { chars: 20_000, lines: 500, keep: "tail" },
  edit_file: { chars: 10_000, lines: null, keep: "tail" },
  apply_patch: { chars: 10_000, lines: null, keep: "tail" },
  write_file: { chars: 1000, lines: null, keep: "tail" },
};

const OTHER: Limit = { chars: 10_000, lines: null, keep: "tail" };

/** `whole`: where the model finds what was cut. */
export function shortenOutput(tool: string, output: string, whole: () => string): string {
  const limit = LIMITS[tool] ?? OTHER;
  let text = output;
  if (text.length > limit.chars) text = byChars(text, limit, whole());
  const lines = text.split("\n");
  return limit.lines === null || lines.length <= limit.lines
    ? text
    : byLines(lines, limit.lines, limit.keep, whole());
}

function byChars(text: string, { chars, keep }: Limit, whole: string): string {
  const head = keep === "tail" ? "" : headOf(text, Math.floor(chars / 2));
  const tail = tailOf(text, keep === "tail" ? chars : Math.floor(chars / 2));
  const left = text.length - head.length - tail.length;
  const mark = `[... ${left} characters left out here; the whole output is in ${whole} ...]`;
  return keep === "tail" ? `${mark}\n${tail}` : `${head.replace(/\n$/, "")}\n${mark}\n${tail}`;
}

/** Where there is no end of a line within so much of a cut, so much goes with it: as long a secret may be. */
const MARGIN = 2048;
const marginOf = (chars: number): number => Math.min(MARGIN, Math.floor(chars / 4));

/** Whole lines, so that a mask finds no secret of which half was cut away (R-SEC-4). */
export function headOf(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const end = text.lastIndexOf("\n", chars - 1) + 1;
  const least = chars - marginOf(chars);
  return text.slice(0, end >= least ? end : least).toWellFormed();
}

function tailOf(text: string, chars: number): string {
  const from = text.length - chars;
  const begin = text.indexOf("\n", from) + 1;
  const most = from + marginOf(chars);
  return text.slice(begin > 0 && begin <= most ? begin : most).toWellFormed();
}

function byLines(lines: readonly string[], most: number, keep: Limit["keep"], whole: string): string {
  const mark = `[... ${lines.length - most} lines left out here; the whole output is in ${whole} ...]`;
  if (keep === "tail") return [mark, ...lines.slice(-most)].join("\n");
  const head = Math.floor(most / 2);
  return [...lines.slice(0, head), mark, ...lines.slice(head - most)].join("\n");
}
