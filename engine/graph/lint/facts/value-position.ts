/** Finds the n-th character of an attribute's value in the source, through quotes, escapes and joined strings. */
import type { Attr, TextPosition } from "../../model.ts";

/** How far a value has been read: findings come in the order of the text, so each goes on where the last one was. */
interface Reached {
  /** Characters of the value before it. */
  readonly offset: number;
  readonly at: TextPosition;
}

const reached = new WeakMap<Attr, Reached>();

export function positionInValue(source: string | undefined, attr: Attr, offset: number): TextPosition {
  if (source === undefined || attr.origin === "derived") return attr.valueAt;
  const begin: Reached = { offset: 0, at: attr.valueAt };
  const last = reached.get(attr) ?? begin;
  const from = last.offset <= offset ? last : begin;
  const quoted = source[attr.valueAt.offset] === '"';
  const first = from.at.offset + (quoted && from.at === attr.valueAt ? 1 : 0);
  const target = quoted ? inQuoted(source, first, offset - from.offset) : first + offset - from.offset;
  const at = forward(source, from.at, Math.min(target, source.length));
  reached.set(attr, { offset, at });
  return at;
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

function forward(source: string, start: TextPosition, offset: number): TextPosition {
  let line = start.line;
  let lineStart = start.offset - (start.column - 1);
  for (const ending of source.slice(start.offset, offset).matchAll(/\r\n?|\n/g)) {
    line++;
    lineStart = start.offset + ending.index + ending[0].length;
  }
  return { ...start, line, column: offset - lineStart + 1, offset };
}
