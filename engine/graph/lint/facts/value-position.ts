/** Finds the n-th character of an attribute's value in the source, through quotes, escapes and joined strings. */
import type { Attr, Position } from "../../model.ts";

export function positionInValue(source: string | undefined, attr: Attr, offset: number): Position {
  if (source === undefined || attr.origin === "derived") return attr.valueAt;
  const from = attr.valueAt.offset;
  const target = source[from] === '"' ? inQuoted(source, from + 1, offset) : from + offset;
  return forward(source, attr.valueAt, Math.min(target, source.length));
}

function inQuoted(source: string, from: number, offset: number): number {
  let at = from;
  for (let left = offset; at < source.length; ) {
    const next = step(source, at);
    if (next.produced > left) return at;
    if (next.to === at) return at;
    left -= next.produced;
    at = next.to;
  }
  return at;
}

/** One character of the source, or an escape, or the gap between two joined strings. */
function step(source: string, at: number): { to: number; produced: number } {
  if (source[at] === '"') {
    const gap = /"\s*\+\s*"/y;
    gap.lastIndex = at;
    return { to: gap.test(source) ? gap.lastIndex : at, produced: 0 };
  }
  if (source[at] !== "\\") return { to: at + 1, produced: 1 };
  const next = source[at + 1] ?? "";
  if (next === "\r" && source[at + 2] === "\n") return { to: at + 3, produced: 0 };
  if (next === "\n" || next === "\r") return { to: at + 2, produced: 0 };
  return '"\\nt'.includes(next) ? { to: at + 2, produced: 1 } : { to: at + 1, produced: 1 };
}

function forward(source: string, start: Position, offset: number): Position {
  let line = start.line;
  let lineStart = start.offset - (start.column - 1);
  for (const ending of source.slice(start.offset, offset).matchAll(/\r\n?|\n/g)) {
    line++;
    lineStart = start.offset + ending.index + ending[0].length;
  }
  return { line, column: offset - lineStart + 1, offset };
}
