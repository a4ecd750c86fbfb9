/** What of a choice's label is its key and what its text: `[K] Label`, `K) Label`, `K - Label` (specification 4.6). */

const MARKED = /^\s*(?:\[(\w+)\]|(\w)\)|(\w)\s+-(?=\s))\s*(?=\S)/;

/** The marked key, else the first character. */
export function acceleratorOf(label: string): string {
  const found = MARKED.exec(label);
  return (found?.[1] ?? found?.[2] ?? found?.[3] ?? label.trim().charAt(0)).toUpperCase();
}

/** The label without the key in front. */
export const bareLabel = (label: string): string => label.replace(MARKED, "").trim();

/** As labels are compared: bare, in lower case. */
export const normalizeLabel = (label: string): string => bareLabel(label).toLowerCase();
