/** Which names a node and an attribute may bear. Node ids become folders, refs and words of a comment command. */
import { once } from "../once.ts";
import { isKeyword } from "./keywords.ts";
import type { Diagnostic } from "./model.ts";
import { excerpt, syntaxError } from "./syntax-error.ts";
import { positionOf, TokenKind, type Tokens, tokenText } from "./tokens.ts";

/** Nearly all names are ASCII, and a pattern that knows the letters of all languages takes long to make. */
function pattern(ascii: RegExp, all: () => RegExp): (text: string) => boolean {
  const made = once(all);
  return (text) => ascii.test(text) || made().test(text);
}

const isIdentifier = pattern(/^[A-Za-z_]\w*$/, () => /^[\p{L}_][\p{L}\p{M}\p{N}_]*$|^\p{N}+(\.\p{N}+)?$/u);
const isHarmless = pattern(
  /^\w(?:\w|[.-](?=\w))*$/,
  () => /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_]|[.-](?=[\p{L}\p{N}_]))*$/u,
);
const namesAttribute = pattern(
  /^[A-Za-z_]\w*(?:\.\w+)*$/,
  () => /^[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}\p{M}\p{N}_]+)*$/u,
);
const MAX_ID = 100;

/** Whether a name needs no quotes. */
export function isPlainId(text: string): boolean {
  return isIdentifier(text) && !isKeyword(text);
}

export function checkNodeId(tokens: Tokens, token: number): Diagnostic | null {
  const id = tokenText(tokens, token);
  const quoted = tokens.kind[token] === TokenKind.string;
  if (id.length <= MAX_ID && (quoted ? isHarmless : isIdentifier)(id)) return null;
  const shown = `"${excerpt(id)}"`;
  const harmless = id.length <= MAX_ID && isHarmless(id);
  const plain =
    id
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, "_")
      .replace(/^_|_$/g, "")
      .slice(0, 40) || "name";
  const message = harmless ? `the node id ${shown} needs quotes` : `${shown} cannot be a node id`;
  const fix = harmless ? `Write "${id}" or ${plain}.` : `Write ${plain}, and put the text into its label.`;
  return nameError(tokens, token, message, fix);
}

export function checkAttributeName(tokens: Tokens, token: number): Diagnostic | null {
  const name = tokenText(tokens, token);
  if (namesAttribute(name)) return null;
  const message = `"${excerpt(name)}" cannot name an attribute`;
  return nameError(tokens, token, message, "Use letters, digits and `_`, with dots between parts.");
}

export function checkGraphName(tokens: Tokens, token: number): Diagnostic[] {
  const name = tokenText(tokens, token);
  if (tokens.kind[token] === TokenKind.string || isIdentifier(name)) return [];
  const message = `the graph name "${excerpt(name)}" needs quotes`;
  return [nameError(tokens, token, message, `Write digraph "${excerpt(name)}".`)];
}

function nameError(tokens: Tokens, token: number, message: string, fix: string): Diagnostic {
  return syntaxError(positionOf(tokens, token), { rule: "dot_name", message, fix });
}
