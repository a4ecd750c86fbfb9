/** The graph in an answer: its last block of DOT, else what stands between the first `digraph` and the last brace. */
const BLOCK = /```(?:dot|graphviz|gv)?[ \t]*\r?\n([\s\S]*?)```/gi;
/** A graph of this size is no first draft. */
const MOST_CHARACTERS = 200_000;

export function graphIn(answer: string): string | null {
  const text = answer.slice(0, MOST_CHARACTERS);
  const block = [...text.matchAll(BLOCK)].map(([, inner]) => inner!).findLast((inner) => BEGINS.test(inner));
  if (block !== undefined) return `${block.trim()}\n`;
  const begin = text.search(/^[ \t]*(?:strict\s+)?digraph\b/m);
  const end = text.lastIndexOf("}");
  return begin === -1 || end < begin ? null : `${text.slice(begin, end + 1).trim()}\n`;
}

const BEGINS = /\b(?:di)?graph\b[^{]*\{/;
