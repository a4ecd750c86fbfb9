/** `userId` and `UserId` are two names; "Cannot" and "cannot" are one word. */
import { isFile } from "./shapes.ts";
import type { Token } from "./tokens.ts";

/** The token as it is written where its letter case belongs to a name; "" where a sentence gave it. */
export function spellingOf(tokens: readonly Token[], i: number): string {
  const { text, plain, quote, line } = tokens[i]!;
  if (plain) return text;
  if (isFile(text) || !/[a-z]/.test(text)) return "";
  if (quote !== "" || !/^[A-Z][a-z]*$/.test(text) || /[a-z\d][A-Z]/.test(text)) return text;
  const before = tokens[i - 1];
  return before !== undefined && before.line === line && before.plain && before.after === " " ? text : "";
}

/** Both spell one name, each in a way that the other does not. */
export const spelledApart = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((x) => !b.includes(x) && b.some((y) => y.toLowerCase() === x.toLowerCase() && !a.includes(y)));
