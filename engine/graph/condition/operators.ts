/** What may stand between a key and its literal. */
export const OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "contains", "matches", "in"] as const;
export type Operator = (typeof OPERATORS)[number];
