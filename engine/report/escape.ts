/** Text from outside, made safe for GitHub's markdown. Every function here ends with the mentions neutralised. */
import { ESCAPES } from "../core/shown.ts";

const ZERO_WIDTH = "\u200b";
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;
/** An at sign, also written as an entity, that is not inside a word and starts a name. */
const MENTION = /(?<![A-Za-z0-9])(@|&commat;|&#0{0,9}64;|&#x0{0,9}40;)(?=[A-Za-z0-9])/gi;
const REFERENCE = /(?<![A-Za-z0-9&])(#|GH-)(?=\d)/gi;

/** Terminal colours, control characters and direction overrides are gone; line ends are `\n`. */
export function plainText(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, "\n").replace(ESCAPES, "").replace(CONTROLS, "");
}

/** No person or team is notified, in code as little as outside: a fence may be cut, a mention in it must stay dead. */
export function neutraliseMentions(text: string): string {
  return text.replace(MENTION, `$1${ZERO_WIDTH}`);
}

function html(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

function inert(text: string): string {
  return neutraliseMentions(text).replace(REFERENCE, `$1${ZERO_WIDTH}`);
}

/** On one line. */
export const singleLine = (text: string): string => plainText(text).replace(/\s+/g, " ").trim();

/** One line of prose that shows exactly this text: no markup, no link to an issue, safe in a table cell. */
export function escapeCell(text: string): string {
  const escaped = singleLine(text)
    .replace(/[\\`*[\]|~]/g, "\\$&")
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
  return inert(escaped)
    .replace(/^[-+=#:]/, "\\$&")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
}

/** The same as inline code. An element, not backticks: these cannot hold every text, least of all in a table. */
export function inlineCode(text: string): string {
  const escaped = html(singleLine(text))
    .replace(/[\\`*[\]|~]/g, (mark) => `&#${mark.charCodeAt(0)};`)
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "&#95;");
  return `<code>${inert(escaped)}</code>`;
}

/** A code block that no line of its content can close. */
export function codeBlock(text: string, language = ""): string {
  const body = neutraliseMentions(plainText(text));
  const longest = Math.max(2, ...Array.from(body.matchAll(/`{3,}/g), (run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
}

/** A folded part. `body` is markdown already made safe; `summary` is plain text. */
export function details(summary: string, body: string, open = false): string {
  return `<details${open ? " open" : ""}><summary>${inert(html(singleLine(summary)))}</summary>\n\n${body}\n\n</details>`;
}
