/** One seeded source of chance for a whole world. */
export interface Chance {
  next(): number;
  below(n: number): number;
  happens(probability: number): boolean;
  between(low: number, high: number): number;
}

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (n) => Math.floor(next() * n),
    happens: (p) => next() < p,
    between: (low, high) => low + next() * (high - low),
  };
}
