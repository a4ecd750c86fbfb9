/** Diagnostics for people: place, message, the source line with a caret under the spot, and the fix. */
import type { Diagnostic, Severity } from "../engine/graph/model.ts";

export interface FileDiagnostics {
  readonly file: string;
  readonly source: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Columns of a source line shown before and after the spot; prompts make lines of thousands. */
const BEFORE = 60;
const AFTER = 50;

const CODES = { error: "31;1", warning: "33;1", info: "36", dim: "2", bold: "1" } as const;
type Paint = (style: keyof typeof CODES, text: string) => string;

export function diagnosticsText(files: readonly FileDiagnostics[], color: boolean): string {
  const paint: Paint = (style, text) => (color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
  const blocks = files.flatMap(({ file, source, diagnostics }) => {
    const lines = source.split(/\r\n?|\n/);
    return diagnostics.map((diagnostic) => `${block(file, lines, diagnostic, paint)}\n`);
  });
  return [...blocks, `${summary(files)}\n`].join("");
}

function block(file: string, lines: readonly string[], diagnostic: Diagnostic, paint: Paint): string {
  const { at, severity, rule, message, fix } = diagnostic;
  const place = paint("bold", `${file}:${at.line}:${at.column}`);
  const number = String(at.line);
  const gutter = " ".repeat(number.length);
  const { excerpt, caret } = around(lines[at.line - 1] ?? "", at.column - 1);
  const spot = [
    `${paint("dim", `${number} |`)} ${excerpt}`,
    `${paint("dim", `${gutter} |`)} ${caret}${paint(severity, "^")}`,
  ];
  return [
    `${place} ${paint(severity, severity)} ${plain(message)} ${paint("dim", `[${rule}]`)}`,
    ...(excerpt === "" ? [] : spot),
    ...(fix === undefined ? [] : [`${paint("dim", `${gutter} =`)} ${plain(fix)}`]),
    "",
  ].join("\n");
}

function around(line: string, column: number): { excerpt: string; caret: string } {
  const from = column > BEFORE ? column - BEFORE : 0;
  const to = Math.min(line.length, column + AFTER);
  const before = `${from > 0 ? "…" : ""}${plain(line.slice(from, column))}`;
  const after = `${plain(line.slice(column, to))}${to < line.length ? "…" : ""}`;
  return { excerpt: before + after, caret: " ".repeat(columnsOf(before)) };
}

/** A graph's text must not steer the terminal, and a tab would part the caret from its spot. */
const plain = (text: string): string =>
  text
    .replace(/\t/g, " ")
    .replace(/\r?\n/g, " ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

/** Screen columns: letters of East Asian scripts and emoji take two, marks that combine none. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

function summary(files: readonly FileDiagnostics[]): string {
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const number = (severity: Severity, word: string): string[] => {
    const found = all.filter((diagnostic) => diagnostic.severity === severity).length;
    return found === 0 ? [] : [plural(found, word)];
  };
  const parts = [...number("error", "error"), ...number("warning", "warning"), ...number("info", "note")];
  const graphs = plural(files.length, "graph");
  return parts.length === 0 ? `${graphs}: nothing to complain about` : `${graphs}: ${parts.join(", ")}`;
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
