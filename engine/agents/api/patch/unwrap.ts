/** What stands around a patch: code fences, a shell's here-document, explanations. */

const FENCE = /^\s*(?:```|~~~)[\w-]*\s*$/;
const HEREDOC = /^\s*(?:apply_patch|patch\b.*|git apply.*)?\s*<<-?\s*['"]?(\w+)['"]?\s*$/;
/** A longer line begins none, and would take the expression for ever. */
const LONGEST_HEREDOC = 500;
const heredocWord = (line: string): string | null =>
  line.length > LONGEST_HEREDOC ? null : (HEREDOC.exec(line)?.[1] ?? null);

export interface Unwrapped {
  readonly lines: readonly string[];
  readonly adapted: readonly string[];
}

export function unwrap(text: string): Unwrapped {
  const adapted: string[] = [];
  let lines = text.replace(/\r\n/g, "\n").split("\n");
  const begin = lines.findIndex((line) => line.trim() === "*** Begin Patch");
  if (begin !== -1) {
    const end = lines.findIndex((line, nth) => nth > begin && line.trim() === "*** End Patch");
    if (lines.slice(0, begin).some((line) => line.trim() !== ""))
      adapted.push("text before the patch left out");
    if (end === -1) adapted.push("*** End Patch was missing");
    lines = lines.slice(begin + 1, end === -1 ? undefined : end);
    return { lines: trimmed(lines, end === -1 ? adapted : []), adapted };
  }
  adapted.push("*** Begin Patch was missing");
  const fence = lines.findIndex((line) => FENCE.test(line));
  if (fence !== -1) {
    const close = lines.findIndex((line, nth) => nth > fence && FENCE.test(line));
    lines = lines.slice(fence + 1, close === -1 ? undefined : close);
  }
  const doc = lines.findIndex((line) => heredocWord(line) !== null);
  if (doc !== -1) {
    const word = heredocWord(lines[doc]!);
    const close = lines.findIndex((line, nth) => nth > doc && line.trim() === word);
    lines = lines.slice(doc + 1, close === -1 ? undefined : close);
    // The patch in the here-document may be whole.
    if (lines.some((line) => line.trim() === "*** Begin Patch")) return unwrap(lines.join("\n"));
  }
  return {
    lines: trimmed(
      lines.filter((line) => line.trim() !== "*** End Patch"),
      adapted,
    ),
    adapted,
  };
}

/** Empty lines and a fence at the end belong to what stood around it. */
function trimmed(lines: readonly string[], adapted: readonly string[]): readonly string[] {
  if (adapted.length === 0) return lines;
  let end = lines.length;
  while (end > 0 && (lines[end - 1]!.trim() === "" || FENCE.test(lines[end - 1]!))) end--;
  return lines.slice(0, end);
}
