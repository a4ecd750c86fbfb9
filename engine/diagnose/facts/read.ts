/** Fields of a line from outside: what has another type is not there. */
export type Json = Readonly<Record<string, unknown>>;

/** Reasons may be whole logs; what is kept of one tells them apart. */
const MOST_TEXT = 2_000;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function text(line: Json, name: string): string {
  const value = line[name];
  if (typeof value !== "string") return "";
  return value.length > MOST_TEXT ? ownCopy(value.slice(0, MOST_TEXT)) : value;
}

/** A cut string keeps the whole one alive, until its characters are copied. */
export const ownCopy = (cut: string): string => Buffer.from(cut, "utf16le").toString("utf16le");

export function number(line: Json, name: string): number | null {
  const value = line[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export const object = (line: Json, name: string): Json => {
  const value = line[name];
  return isObject(value) ? value : {};
};

export const list = (line: Json, name: string): readonly unknown[] => {
  const value = line[name];
  return Array.isArray(value) ? value : [];
};
