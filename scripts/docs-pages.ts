/** Every page below docs/reference that is made from code, by its path there. */
import { attributesPage } from "./docs-attributes.ts";
import { joinPage } from "./docs-join.ts";
import { lintPages } from "./docs-lint.ts";

export function referencePages(): Map<string, string> {
  return new Map([
    ["attributes.md", attributesPage()],
    ["join-policies.md", joinPage()],
    ...[...lintPages()].map(([path, text]) => [`lint/${path}`, text] as const),
  ]);
}
