/** Amounts of what a run uses; `usage.ts` adds them up. */
/** Of one attempt or many. */
export interface Spend {
  calls: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** Part of the output. */
  reasoning: number;
  /** Dollars that are known. */
  usd: number;
  /** Calls that nobody could price: the true cost is higher. */
  unpriced: number;
}

/** Of one provider and model. */
export interface Spent extends Spend {
  provider: string;
  model: string;
}

/** Of one node. */
export interface NodeSpent {
  ms: number;
  tokens: number;
  usd: number;
  /** Calls that nobody could price. */
  unpriced: number;
}
