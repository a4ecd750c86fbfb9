/** What must never be printed: secrets, each of their lines, and the shapes in which they usually leak. */

export interface Masks {
  add(value: string): void;
  mask(text: string): string;
}

export function createMasks(): Masks {
  const hidden = new Set<string>();
  let ordered: readonly string[] = [];

  const shapesOf = (value: string): readonly string[] => {
    const bytes = Buffer.from(value);
    const shifted = [0, 1, 2].map((skip) => bytes.subarray(skip).toString("base64").replace(/=+$/, ""));
    return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), ...shifted];
  };

  return {
    add(value) {
      for (const part of [value, ...value.split(/\r?\n/)]) {
        if (part.trim() === "") continue;
        for (const shape of shapesOf(part)) if (shape !== "") hidden.add(shape);
      }
      ordered = [...hidden].sort((a, b) => b.length - a.length);
    },
    mask: (text) => ordered.reduce((masked, value) => masked.replaceAll(value, "***"), text),
  };
}
