/** What a graph's text may ask for. Each bound is far above any real graph, and keeps a hostile one from taking the machine. */

/** Of the text; prompts and scripts included. */
export const MAX_CHARACTERS = 16_000_000;

/** A graph of 20,000 stages with prompts has some 600,000. */
export const MAX_TOKENS = 1_500_000;

/** Subgraphs inside subgraphs. */
export const MAX_DEPTH = 50;

/** Of one node, edge or graph, defaults included; the grammar recurses over a list. */
export const MAX_ATTRIBUTES = 1_000;

/** Of all nodes and edges together, since each carries its defaults. */
export const MAX_TOTAL_ATTRIBUTES = 3_000_000;

/** `{a b} -> {c d}` multiplies. */
export const MAX_EDGES = 250_000;
