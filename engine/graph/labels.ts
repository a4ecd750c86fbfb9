/** Labels as choices: what a person types or an agent prefers is compared in this form. */

const ACCELERATOR = /^(?:\[(\w+)\]\s*|(\w)\)\s+|(\w)\s+-\s+)/;

/** Lower case, trimmed, without `[K] `, `K) ` or `K - ` in front. */
export function normalizeLabel(label: string): string {
  return label.trim().replace(ACCELERATOR, "").trim().toLowerCase();
}

/** The key that chooses the label: the one written in front, else its first character. */
export function acceleratorKey(label: string): string {
  const match = ACCELERATOR.exec(label.trim());
  return (match?.[1] ?? match?.[2] ?? match?.[3] ?? label.trim()[0] ?? "").toUpperCase();
}
