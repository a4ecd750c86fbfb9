/** How long each round of the scaffold took: least, median, most and sum as in the report on the incident. */

/** 17 below the median, twice the median, 16 above it, the longest; shuffled, always in the same way. */
function spread(low: readonly number[], median: number, high: readonly number[], most: number): number[] {
  const all = [...low, median, median, ...high, most];
  return all.map((_, i) => all[(i * 7) % all.length]!);
}

const steps = (count: number, from: number, by: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i * by);

/** 171 to 1188, median 294, in sum 3.62 hours. */
export const implSeconds = spread(steps(17, 171, 7), 294, [...steps(15, 300, 21), 692], 1188);

/** 132 to 299, median 230, in sum 2.25 hours. */
export const verifySeconds = spread(
  steps(17, 132, 6),
  230,
  steps(16, 237, 4).map((n, i) => (i < 9 ? n + 1 : n)),
  299,
);
