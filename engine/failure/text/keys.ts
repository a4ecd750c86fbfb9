/** Names, tests and expressions in one spelling each, so that they can be compared. */
import { titleKey } from "./breadcrumbs.ts";
import type { Token } from "./tokens.ts";
import { isNumeric, isRandomId, steady, steadyPath } from "./volatile.ts";
import { CLOSED, stem } from "./words.ts";

/** Segments parted by `/`, volatile pieces gone: names are compared from their ends. */
export function nameKey(text: string): string {
  if (text.startsWith("/")) return steadyFolder(text);
  return text
    .replace(/@(?:[\^~<>=v]*\d[\w.-]*)?$/, "")
    .replace(/%2[fF]/g, "/")
    .replace(/::|[.\\:#]/g, "/")
    .split("/")
    .map((part) => (isRandomId(part) || (isNumeric(part) && !/^v\d+$/i.test(part)) ? "" : steady(part)))
    .filter((part) => part !== "")
    .join("/")
    .toLowerCase();
}

/** A folder that the machine named says nothing. */
function steadyFolder(path: string): string {
  const steadied = steadyPath(path).toLowerCase();
  return steadied.includes("#") ? "" : steadied;
}

/** `tests/a.py::test_x[param]`, `mod::tests::x`, `pkg.CalendarTest.leapYear`: the last part names the test. */
export const testKey = (tokens: readonly Token[], i: number, text: string): string =>
  titleKey(testName(tokens, i, text));

export function testName(tokens: readonly Token[], i: number, text: string): string {
  const last = text.slice(text.lastIndexOf("::") === -1 ? 0 : text.lastIndexOf("::") + 2);
  const method = last.slice(
    Math.max(last.lastIndexOf("."), last.lastIndexOf("#"), last.lastIndexOf("\\")) + 1,
  );
  const next = tokens[i + 1];
  return method + (tokens[i]!.after === "[" && next?.before === "[" ? `[${next.text}]` : "");
}

/** `dict[int, str]`, `Vec<Item>`, `a | None`: one name, whatever it is made of; "" for prose. */
export function expressionKey(text: string): string {
  if (!/[[<(|]/.test(text) || !/^[\w\s.*&:<>|[\],'"?=()/@-]+$/.test(text)) return "";
  if (/[a-z]{2,} [a-z]{2,} [a-z]{2,}/i.test(text)) return "";
  return text
    .toLowerCase()
    .replace(/\d+/g, "#")
    .replace(/[\s/]+/g, "");
}

/** The words that a token is made of. */
export function pieces(token: Token): string[] {
  if (token.plain) return token.text.length > 1 && !CLOSED.has(token.text) ? [token.stem] : [];
  return token.text
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((part) => part.length > 1 && !CLOSED.has(part))
    .map(stem);
}
