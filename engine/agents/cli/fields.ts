/** Fields of lines that somebody else's program wrote: any of them may be missing or of another kind. */
import { MOST_TOKENS, MOST_USD } from "../../core/outcome.ts";

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Fields) : {};

export const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.map(fieldsOf) : [];

export const textField = (value: unknown): string => (typeof value === "string" ? value : "");

export const textOrNull = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

/** Counts and sums within the bounds that the log takes; anything else is not known. */
export const tokenFields = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= MOST_TOKENS
    ? value
    : undefined;

export const usdOf = (value: unknown): number | null =>
  typeof value === "number" && value >= 0 && value <= MOST_USD ? value : null;
