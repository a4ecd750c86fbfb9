/** What a stage may still spend: asked before each try of a call, told what each has cost. */
import type { Usage } from "../../../core/outcome.ts";
import { unaffordable } from "../../proxy/afford.ts";
import type { Price } from "../../proxy/price.ts";
import { worstOf } from "../../proxy/worst.ts";
import type { ApiDeps, ApiProvider } from "../provider.ts";

export interface Purse {
  /** Why a request may not be sent; null where it may. */
  refuses(body: string): string | null;
  pay(usage: readonly Usage[]): void;
}

/** `spendable`: US dollars when the stage begins; null without a bound. */
export function openPurse(
  spendable: number | null,
  { name }: ApiProvider,
  model: string,
  { price, onUnknown = "block" }: ApiDeps,
): Purse {
  let spent = 0;
  const priced: Price = (provider, of, tokens) => price(provider, of, { ...tokens, cost_usd: null });
  return {
    refuses: (body) =>
      spendable === null
        ? null
        : unaffordable(worstOf(Buffer.from(body), model, name, priced), spendable - spent, onUnknown),
    pay(usage) {
      for (const { cost_usd } of usage) spent += cost_usd ?? 0;
    },
  };
}
