/** Stylesheet classes: named by the `class` attribute, or derived from the label of a subgraph. */

/** `Loop A` -> `loop-a`; "" when nothing of the label can stand in a class. */
export function classFromLabel(label: string): string {
  return label
    .toLowerCase()
    .replace(/\s/g, "-")
    .replace(/[^a-z0-9-]/g, "")
    .replace(/^-+|-+$/g, "");
}
