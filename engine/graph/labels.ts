/** Lower case, trimmed, without `[K] `, `K) ` or `K - ` in front: how labels are compared as choices. */
export function normalizeLabel(label: string): string {
  return label
    .trim()
    .replace(/^(?:\[\w+\]\s*|\w\)\s+|\w\s+-\s+)/, "")
    .trim()
    .toLowerCase();
}
