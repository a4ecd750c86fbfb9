/**
 * GitHub's published parser is made for editors: where a scalar of several lines holds an expression, it takes the raw
 * source with its indentation instead of the value. So each such scalar is written on one line first, as a quoted
 * string, and blank lines behind it keep every line number.
 */
import { isScalar, parseDocument, visit } from "yaml";

export function withSingleLineScalars(content: string): string {
  const document = parseDocument(content, { uniqueKeys: false });
  if (document.errors.length > 0) return content;
  const replacements: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || typeof node.value !== "string" || !node.value.includes("${")) return;
      const [start, end] = node.range ?? [0, 0];
      const lines = content.slice(start, end).split("\n").length - 1;
      if (lines === 0) return;
      replacements.push({ start, end, text: JSON.stringify(node.value) + "\n".repeat(lines) });
    },
  });
  return replacements.reduceRight(
    (text, { start, end, text: replacement }) => text.slice(0, start) + replacement + text.slice(end),
    content,
  );
}
