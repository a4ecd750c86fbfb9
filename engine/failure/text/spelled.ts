/** `userId` and `UserId` are two names, `test_add` and `test_adds` two tests; "Cannot" and "cannot" are one word. */
import { titleKey } from "./breadcrumbs.ts";
import { isConceptWord } from "./concepts.ts";
import { isNamedWord } from "./naming.ts";
import { isFile } from "./shapes.ts";
import type { Token } from "./tokens.ts";
import { GLUE, stem } from "./words.ts";

/** The token as it is written where its letter case belongs to a name; "" where a sentence gave it. */
export function spellingOf(tokens: readonly Token[], i: number): string {
  const { text, plain, quote, line, lower } = tokens[i]!;
  if (plain || quote !== "" || isFile(text) || isNamedWord(tokens, i)) return text;
  const word = stem(lower);
  const common = GLUE.has(word) || isConceptWord(word);
  if (!/^[A-Z][a-z]*$/.test(text)) return common && /^[A-Z]+$/.test(text) ? "" : text;
  const before = tokens[i - 1];
  return before !== undefined && before.line === line && before.plain && before.after === " " ? text : "";
}

/** Both spell one name, each in a way that the other does not. */
export const spelledApart = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((x) => !b.includes(x) && b.some((y) => !a.includes(y) && isOtherSpelling(x, y)));

/** Names of two styles, `rooms_overlap` and `roomsOverlap`, are one; of one style they are equal letter by letter. */
function isOtherSpelling(x: string, y: string): boolean {
  if (x.toLowerCase() === y.toLowerCase()) return true;
  return letters(x) !== letters(y) && titleKey(x) === titleKey(y);
}

const letters = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\d]+/gu, "")
    .replace(/^test/, "");
