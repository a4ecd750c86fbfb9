/** Findings beside the text that they are about: a graph's own, and its sub-graphs'. */
import { posix } from "node:path";
import type { Checked } from "../engine/graph/prepare.ts";
import type { FileDiagnostics } from "./diagnostics-text.ts";

export function byFile(file: string, source: string, checked: Checked): FileDiagnostics[] {
  const of = (name: string | undefined) => checked.diagnostics.filter(({ at }) => at.file === name);
  const inner = [...checked.sources].flatMap(([name, text]) => {
    const diagnostics = of(name);
    const shown = posix.join(posix.dirname(file), name);
    return diagnostics.length === 0 ? [] : [{ file: shown, source: text, diagnostics }];
  });
  return [{ file, source, diagnostics: of(undefined) }, ...inner];
}
