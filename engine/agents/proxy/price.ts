/** What the proxy and the CLIs need of the catalog, handed in. */
import type { Tokens } from "../catalog/price.ts";

/** null: nobody knows. */
export type Price = (provider: string, model: string, tokens: Tokens) => number | null;
