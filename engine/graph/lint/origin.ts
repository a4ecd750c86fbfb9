import type { Position } from "../model.ts";

/** For findings about something that is not there. */
export const ORIGIN: Position = { line: 1, column: 1, offset: 0 };
