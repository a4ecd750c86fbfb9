/** JSON as files and people are given it: indented, with a last line end. */
export const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
