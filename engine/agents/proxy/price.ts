/** What the proxy and the CLIs need of the catalog, handed in. */
import type { Usage } from "../../core/outcome.ts";

/** Input without what came from or went to a cache; output with its reasoning. */
export type Tokens = Omit<Usage, "cost_usd" | "provider" | "model"> & {
  /** Of the tokens written to a cache, those that stay for an hour. */
  readonly cache_write_1h_tokens?: number;
};

/** null: nobody knows. */
export type Price = (provider: string, model: string, tokens: Tokens) => number | null;
