/** What the proxy and the CLIs need of the catalog, handed in. */
import type { PricedTokens } from "../catalog/price.ts";

/** null: nobody knows. */
export type Price = (provider: string, model: string, tokens: PricedTokens) => number | null;
