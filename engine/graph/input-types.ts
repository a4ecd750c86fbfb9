/** What an input may be declared as. */
export const INPUT_TYPES = ["text", "integer", "number", "boolean", "file", "secret"] as const;
export type InputType = (typeof INPUT_TYPES)[number];
