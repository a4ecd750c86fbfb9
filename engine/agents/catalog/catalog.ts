/** Which models there are, what they take and what they cost: pinned, with where it comes from (R-AGENT-19). */
import pinned from "./models.json" with { type: "json" };

/** US dollars for a million tokens. What is not there is billed as input; without `input` the price is not known. */
export interface Rates {
  readonly input?: number;
  readonly output?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
  readonly cache_write_1h?: number;
}

export interface Model extends Rates {
  /** Rates for a request whose input, cached or not, is larger than that. */
  readonly tiers?: readonly (Rates & { readonly above: number })[];
  /** Most tokens in, and most tokens out. */
  readonly context?: number;
  readonly max_output?: number;
  /** Words for `reasoning_effort` that it takes; none: it takes no such word. */
  readonly efforts?: readonly string[];
  /** The day on which its source no longer had it. Graphs that name it keep their price. */
  readonly retired?: string;
}

export interface Catalog {
  readonly source: string;
  readonly version: string;
  /** The day on which the source was made. */
  readonly date: string;
  /** SHA-256 of `providers`, as JSON. */
  readonly digest: string;
  readonly providers: Readonly<Record<string, Readonly<Record<string, Model>>>>;
}

export const CATALOG: Catalog = pinned;
