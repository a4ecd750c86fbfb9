import type { TextPosition } from "../model.ts";

/** For findings about something that is not there. */
export const RULE_ORIGIN: TextPosition = { line: 1, column: 1, offset: 0 };
