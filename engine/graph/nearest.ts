/** The known word that a misspelt one was probably meant to be. */

export function nearestWord(word: string, known: Iterable<string>, allowed = slips): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  const lower = word.toLowerCase();
  for (const candidate of known) {
    const most = Math.min(allowed(candidate), bestDistance - 1);
    const distance = editDistance(lower, candidate.toLowerCase(), most);
    if (distance > most) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

const slips = (word: string): number => {
  if (word.length <= 3) return 0;
  if (word.length <= 5) return 1;
  return word.length <= 8 ? 2 : 3;
};

/** Insertions, deletions, changes and swaps of neighbours; anything above `most` is only "more". */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most || a.length > 64) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(row[j]! + 1, current[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
    }
    before = row;
    row = current;
  }
  return row[b.length]!;
}
