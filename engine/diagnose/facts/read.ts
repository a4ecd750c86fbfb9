/** Fields of a line from outside: what has another type is not there. */
export type RawJson = Readonly<Record<string, unknown>>;

/** Reasons may be whole logs; what is kept of one tells them apart. */
const MOST_TEXT = 2_000;

export const isObject = (value: unknown): value is RawJson =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A named field is quicker read where its name stands: `asText(line.event)` in what every line goes through. */
export function asTextField(value: unknown): string {
  if (typeof value !== "string") return "";
  return value.length > MOST_TEXT ? ownCopy(value.slice(0, MOST_TEXT)) : value;
}

export const asNumber = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

export const textOfField = (line: RawJson, name: string): string => asTextField(line[name]);
export const number = (line: RawJson, name: string): number | null => asNumber(line[name]);

/** A cut string keeps the whole one alive, until its characters are copied. */
export const ownCopy = (cut: string): string => Buffer.from(cut, "utf16le").toString("utf16le");

export const object = (line: RawJson, name: string): RawJson => {
  const value = line[name];
  return isObject(value) ? value : {};
};

export const listField = (line: RawJson, name: string): readonly unknown[] => {
  const value = line[name];
  return Array.isArray(value) ? value : [];
};
