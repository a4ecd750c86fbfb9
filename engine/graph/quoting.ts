/** Double-quoted strings: `\"`, `\\`, `\n`, `\t` are escapes, backslash-newline joins lines, any other backslash stays. */

/** Offset after the closing quote of the string that opens at `open`, or -1 when none closes it. */
export function endOfString(source: string, open: number): number {
  for (let at = open + 1; at < source.length; at++) {
    const char = source[at];
    if (char === '"') return at + 1;
    if (char === "\\") at++;
  }
  return -1;
}

export function unescapeString(inner: string): string {
  let result = "";
  let from = 0;
  for (let at = inner.indexOf("\\"); at >= 0; at = inner.indexOf("\\", from)) {
    const next = inner[at + 1];
    result += inner.slice(from, at);
    if (next === "n") result += "\n";
    else if (next === "t") result += "\t";
    else if (next === '"' || next === "\\") result += next;
    else if (next !== "\n" && next !== "\r") result += inner.slice(at, at + 2);
    from = at + (next === "\r" && inner[at + 2] === "\n" ? 3 : 2);
  }
  return from === 0 ? inner : result + inner.slice(from);
}

/** New lines stay as they are, so that a printed prompt can be read; nothing else needs an escape. */
export function quoteString(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
