/** What the calls of one stage have cost so far, and whether it may make another. */
import type { Usage } from "../../core/outcome.ts";
import { tokensOf } from "../../core/usage.ts";
import { unaffordable } from "./afford.ts";
import type { UpstreamError } from "./errors.ts";
import type { Price } from "./price.ts";
import type { Used } from "./usage.ts";
import type { Worst } from "./worst.ts";

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface SpendingLimits {
  readonly provider: string;
  readonly price: Price;
  /** US dollars that the stage may still spend; null: no bound. */
  readonly spendable: number | null;
  /** The same in tokens. */
  readonly spendableTokens?: number | null;
  /** What becomes of a call that nobody can price, where there is a bound. */
  readonly onUnknown: "block" | "allow";
  /** Model calls; 0: no limit. */
  readonly maxCalls: number;
}

/** A call that is under way holds its worst price back from the others. */
export interface ProxiedCall {
  settle(used: Used | null): void;
  /** The provider refused it, or was never reached: nothing is paid, and it is no turn. */
  free(error: UpstreamError | null): void;
}

export function openLedger(limits: SpendingLimits) {
  const usage: Usage[] = [];
  let spent = 0;
  let held = 0;
  let tokens = 0;
  let heldTokens = 0;
  let calls = 0;
  let refusal: Refusal | null = null;
  let lastError: UpstreamError | null = null;

  const check = (worst: Worst): Refusal | null => {
    const { spendable, spendableTokens = null, onUnknown, maxCalls } = limits;
    if (maxCalls > 0 && calls >= maxCalls) {
      return { status: 402, code: "turn_limit", message: `turn limit reached (max_turns=${maxCalls})` };
    }
    const left = {
      usd: spendable === null ? null : spendable - spent - held,
      tokens: spendableTokens === null ? null : spendableTokens - tokens - heldTokens,
    };
    const message = unaffordable(worst, left, onUnknown);
    return message === null ? null : { status: 402, code: "budget_exceeded", message };
  };

  return {
    begin(worst: Worst): ProxiedCall | Refusal {
      const refused = check(worst);
      if (refused !== null) {
        refusal ??= refused;
        return refused;
      }
      calls++;
      const hold = worst.usd ?? 0;
      held += hold;
      heldTokens += worst.tokens;
      let open = true;
      const close = () => {
        if (open) {
          held -= hold;
          heldTokens -= worst.tokens;
        }
        const was = open;
        open = false;
        return was;
      };
      return {
        settle(used) {
          if (!close()) return;
          lastError = null;
          const line = usageLine(limits, worst.model, used);
          // Nobody knows what it cost: towards the bound it counts as the most that it can have been.
          spent += line.cost_usd ?? hold;
          tokens += used === null ? worst.tokens : tokensOf(line);
          usage.push(line);
        },
        free(error) {
          if (!close()) return;
          calls--;
          lastError = error ?? lastError;
        },
      };
    },
    usage: (): readonly Usage[] => [...usage],
    calls: () => calls,
    refusal: () => refusal,
    /** Of the last call, if that failed. */
    lastError: () => lastError,
  };
}

function usageLine({ provider, price }: SpendingLimits, asked: string | null, used: Used | null): Usage {
  const model = used?.model ?? asked;
  const named = { provider, ...(model === null ? {} : { model }) };
  if (used === null) return { ...named, cost_usd: null };
  const { cache_write_1h_tokens: _, ...tokens } = used.tokens;
  const priced = model === null ? null : price(provider, model, used.tokens);
  // An answer may name the model by its dated id, which no catalog has.
  const again = priced ?? (asked === null ? null : price(provider, asked, used.tokens));
  return { ...named, ...tokens, cost_usd: used.usd ?? again };
}
