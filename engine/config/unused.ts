/** Keys that are accepted because configurations in the wild have them, and that nothing here reads (R-PRE-4). */

const UNUSED: readonly { readonly path: readonly string[]; readonly why: string }[] = [
  { path: ["modeldb"], why: "models and prices come from the pinned catalog; see `attractor models`" },
];

export interface UnusedKey {
  readonly path: readonly string[];
  readonly why: string;
}

/** Those that the author wrote; a section is named by each key in it. */
export function unusedKeys(written: unknown): readonly UnusedKey[] {
  return UNUSED.flatMap(({ path, why }) => {
    const value = path.reduce(at, written);
    if (value === undefined) return [];
    const keys = value !== null && typeof value === "object" ? Object.keys(value) : [];
    return keys.length === 0 ? [{ path, why }] : keys.map((key) => ({ path: [...path, key], why }));
  });
}

const at = (value: unknown, key: string): unknown =>
  value !== null && typeof value === "object" && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
