/** Which tokens stand in a test's title, where every word and number is part of a name. */
import { isAssertion } from "./assertions.ts";
import { crumbOf, headings } from "./breadcrumbs.ts";
import type { Phrase, Token } from "./tokens.ts";

/** A reason full of quotations is no list of tests. */
export const MOST_PHRASES = 8;

export function titleTokens(
  lines: readonly string[],
  tokens: readonly Token[],
  phrases: readonly Phrase[],
): ReadonlySet<number> {
  const titled = new Set<number>();
  for (const phrase of phrases.slice(0, MOST_PHRASES))
    if (isTitle(phrase, lines[tokens[phrase.from]!.line]!))
      for (let i = phrase.from; i < phrase.to; i++) titled.add(i);
  const crumbs = lines.map(crumbOf);
  const heads = headings(lines);
  tokens.forEach(({ line, at }, i) => {
    const head = heads.find((title) => lines[line]!.includes(title));
    const from = head === undefined ? -1 : lines[line]!.indexOf(head);
    if (head !== undefined && at >= from && at < from + head.length) titled.add(i);
    const crumb = crumbs[line];
    if (crumb && at >= crumb.to - crumb.title.length && at < crumb.to) titled.add(i);
  });
  return titled;
}

/** A quotation where tests are spoken of; `left == right` is none. */
export const isTitle = (phrase: Phrase, line: string): boolean =>
  !isAssertion(phrase.text) && /\b(?:tests?|specs?|cases?|it)\b/i.test(line.replace(phrase.text, ""));
