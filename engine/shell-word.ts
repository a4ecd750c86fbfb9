/** A text as one word of a shell, whatever signs are in it. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
