/** The grammar itself. A job loads it when a statement is not plain (`scripts/called-later.ts`). */
import parseDot from "dotparser";
import type { StatementTree } from "./statement-tree.ts";

export function askDotparser(
  text: string,
): { readonly graphs: readonly { readonly children: StatementTree[] }[] } | { readonly failedAt: number } {
  try {
    return { graphs: parseDot(text) as unknown as { readonly children: StatementTree[] }[] };
  } catch (error) {
    const { location } = error as { location?: { start: { offset: number } } };
    if (!location) throw error;
    return { failedAt: location.start.offset };
  }
}
