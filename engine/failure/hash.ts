/** FNV-1a over UTF-16 units: short, stable, the same on every machine; not for secrets. */
function fnv(text: string, seed: number): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return h >>> 0;
}

const hex = (n: number): string => n.toString(16).padStart(8, "0");

export const fnv32 = (text: string): string => hex(fnv(text, 0x811c9dc5));

/** Two independent halves: wide enough that no two texts of one run meet by chance. */
export const hash64 = (text: string): string => fnv32(text) + hex(fnv(text, 0x2f0b4a27));
