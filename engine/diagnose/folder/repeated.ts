/** How much of a text stood in it before: characters of whole lines that are there a second time. */
const SHORTEST = 8;
const MOST_LINES = 50_000;

export function repeatedChars(text: string): number {
  const seen = new Set<string>();
  let repeated = 0;
  for (const line of text.split("\n")) {
    const told = line.trim();
    if (told.length < SHORTEST) continue;
    if (seen.has(told)) repeated += line.length + 1;
    else if (seen.size < MOST_LINES) seen.add(told);
  }
  return Math.min(repeated, text.length);
}
