/** Which tokens stand in a test's title, where every word and number is part of a name. */
import { crumbOf } from "./breadcrumbs.ts";
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
  tokens.forEach(({ line, at }, i) => {
    const crumb = crumbs[line];
    if (crumb && at >= crumb.to - crumb.title.length && at < crumb.to) titled.add(i);
  });
  return titled;
}

/** A quotation where tests are spoken of. */
export const isTitle = (phrase: Phrase, line: string): boolean =>
  /\b(?:tests?|specs?|cases?|it)\b/i.test(line.replace(phrase.text, ""));
