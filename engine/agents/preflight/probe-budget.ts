/** What all probes together may cost: taken out before each is sent, and given back in part when its price is known. */
import type { Usage } from "../../core/outcome.ts";
import { tokensOf } from "../../core/usage.ts";
import { unaffordable } from "../proxy/afford.ts";
import type { Price } from "../proxy/price.ts";
import { worstOf } from "../proxy/worst.ts";

interface Bill {
  /** Requests that were sent. */
  readonly calls: number;
  readonly tokens: number;
  readonly usd: number;
  /** Of some that were sent nobody knows what they cost. */
  readonly incomplete: boolean;
}

interface Till {
  /** Why this body may not be sent; null: it may, and what it can cost is set aside. */
  readonly refuses: (body: string) => string | null;
  settle(usage: readonly Usage[]): void;
}

export interface ProbeBudget {
  till(provider: string, model: string, price: Price): Till;
  bill(): Bill;
}

export function probeBudget(maxUsd: number, onUnknown: "block" | "allow"): ProbeBudget {
  let left = maxUsd;
  let calls = 0;
  let tokens = 0;
  let usd = 0;
  let incomplete = false;
  return {
    till(provider, model, price) {
      let aside = 0;
      return {
        refuses(body) {
          const worst = worstOf(Buffer.from(body), model, provider, price);
          const refusal = unaffordable(worst, { usd: left, tokens: null }, onUnknown);
          if (refusal !== null) return refusal;
          aside = worst.usd ?? 0;
          left -= aside;
          calls++;
          return null;
        },
        settle(usage) {
          const known = usage.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
          const unknown = usage.some(({ cost_usd }) => cost_usd === null);
          // What nobody could tell may have been the worst.
          left += unknown ? 0 : aside - known;
          aside = 0;
          usd += known;
          incomplete ||= unknown;
          tokens += usage.reduce((sum, line) => sum + tokensOf(line), 0);
        },
      };
    },
    bill: () => ({ calls, tokens, usd: Number(usd.toFixed(9)), incomplete }),
  };
}
