/** Typed reads that fall back instead of failing: lint has already refused what does not parse. */

import { FIDELITIES } from "../attributes/kinds.ts";
import { textOf } from "../attributes.ts";
import { type Condition, parseCondition } from "../condition.ts";
import { type Parsed, parseDuration } from "../duration.ts";
import type { Attrs } from "../model.ts";
import type { Fidelity } from "../pipeline.ts";
import { parseBoolean, parseInteger, parseList, parseNumber } from "../values.ts";

function read<T>(attrs: Attrs, name: string, parse: (text: string) => Parsed<T>): T | null {
  const text = textOf(attrs, name);
  if (text === null) return null;
  const parsed = parse(text);
  return parsed.ok ? parsed.value : null;
}

export const readBoolean = (attrs: Attrs, name: string): boolean | null => read(attrs, name, parseBoolean);

export const readInteger = (attrs: Attrs, name: string, min: number): number | null =>
  read(attrs, name, (text) => parseInteger(text, min));

export const readNumber = (
  attrs: Attrs,
  name: string,
  bounds: { above?: number; min?: number; max?: number },
): number | null => read(attrs, name, (text) => parseNumber(text, bounds));

export const readDuration = (attrs: Attrs, name: string, bareSeconds = false): number | null =>
  read(attrs, name, (text) => parseDuration(text, bareSeconds));

export const readList = (attrs: Attrs, name: string): string[] => parseList(textOf(attrs, name) ?? "");

export function readChoice<T extends string>(attrs: Attrs, name: string, values: readonly T[]): T | null {
  const text = textOf(attrs, name)?.trim();
  return values.find((value) => value === text) ?? null;
}

export const readFidelity = (attrs: Attrs, name: string): Fidelity | null =>
  readChoice(attrs, name, FIDELITIES);

export function readCondition(text: string): Condition | null {
  const parsed = parseCondition(text);
  return parsed.ok && parsed.condition.expression !== null ? parsed.condition : null;
}

export function readTexts(attrs: Attrs): ReadonlyMap<string, string> {
  return new Map([...attrs].map(([key, attr]) => [key, attr.value]));
}
