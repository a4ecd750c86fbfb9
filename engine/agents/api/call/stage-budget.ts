/** What a stage may still spend: asked before each try of a call, told what each has cost. */
import type { Usage } from "../../../core/outcome.ts";
import { tokensOf } from "../../../core/usage.ts";
import { type Left, unaffordable } from "../../proxy/afford.ts";
import type { Price } from "../../proxy/price.ts";
import { worstOf } from "../../proxy/worst.ts";
import type { ApiDeps, ApiProvider } from "../provider.ts";

export interface StageBudget {
  /** Why a request may not be sent; null where it may. */
  refuses(body: string): string | null;
  pay(usage: readonly Usage[]): void;
}

/** `spendable`: when the stage begins. */
export function openStageBudget(
  spendable: Left,
  { name }: ApiProvider,
  model: string,
  { price, onUnknown = "block" }: ApiDeps,
): StageBudget {
  let usd = 0;
  let tokens = 0;
  const priced: Price = (provider, of, used) => price(provider, of, { ...used, cost_usd: null });
  const bounded = spendable.usd !== null || spendable.tokens !== null;
  return {
    refuses: (body) =>
      bounded
        ? unaffordable(
            worstOf(Buffer.from(body), model, name, priced),
            {
              usd: spendable.usd === null ? null : spendable.usd - usd,
              tokens: spendable.tokens === null ? null : spendable.tokens - tokens,
            },
            onUnknown,
          )
        : null,
    pay(usage) {
      for (const line of usage) {
        usd += line.cost_usd ?? 0;
        tokens += tokensOf(line);
      }
    },
  };
}
