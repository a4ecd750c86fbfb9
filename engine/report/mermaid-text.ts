/** Text for a Mermaid flowchart. Every mark that its grammar, its comments or HTML could read becomes an entity. */
import { plainText } from "./escape.ts";
import { graphemes } from "./text-width.ts";

/** Letters, digits and marks without a meaning to Mermaid. */
const HARMLESS = /^[\p{L}\p{M}\p{N} ,._=!?/+*'×·…–→↻≠-]$/u;

/** Pairs that Mermaid itself writes for `&` and `;` while it works, and turns back at the end. */
const ITS_OWN = /ﬂ(?=°)|¶(?=ß)/g;

/** One line of a label, at most `max` characters as a reader counts them. */
export function mermaidText(words: string, max: number): string {
  const line = plainText(words).replace(/\s+/g, " ").trim().replace(ITS_OWN, "$&\u200b");
  const parts = graphemes(line.slice(0, max * 16).toWellFormed());
  const shown = parts.length > max ? [...parts.slice(0, max - 1), "…"] : parts;
  return Array.from(shown.join(""), escaped).join("");
}

function escaped(character: string): string {
  if (HARMLESS.test(character)) return character;
  return `#${character.codePointAt(0)};`;
}
