// The description repeats whole objects inline (a user some 200 times). Equal subschemas become one shared definition.
import { createHash } from "node:crypto";
import type { Json } from "./openapi-to-schema.ts";

const WORTH_SHARING = 120;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

export function shareRepeats<T extends { definitions: Json }>(parts: T): T {
  const count = new Map<string, number>();
  const schemas = (value: unknown, see: (schema: Json) => void): void => {
    if (Array.isArray(value)) for (const inner of value) schemas(inner, see);
    else if (isObject(value)) {
      if (isSchema(value)) see(value);
      for (const inner of Object.values(value)) schemas(inner, see);
    }
  };
  schemas(parts, (schema) => {
    const text = canonical(schema);
    if (text.length >= WORTH_SHARING) count.set(text, (count.get(text) ?? 0) + 1);
  });

  const shared: Json = {};
  const share = (value: unknown, isRoot: boolean): unknown => {
    if (Array.isArray(value)) return value.map((inner) => share(inner, false));
    if (!isObject(value)) return value;
    const inner = () => Object.fromEntries(Object.entries(value).map(([k, v]) => [k, share(v, false)]));
    const text = !isRoot && isSchema(value) ? canonical(value) : "";
    if ((count.get(text) ?? 0) < 2) return inner();
    const name = `_${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
    shared[name] ??= inner();
    return { $ref: `#/definitions/${name}` };
  };
  const definitions = Object.fromEntries(
    Object.entries(parts.definitions).map(([name, schema]) => [name, share(schema, true)]),
  );
  const rest = Object.fromEntries(
    Object.entries(parts).map(([key, value]) => [
      key,
      key === "definitions" ? definitions : share(value, true),
    ]),
  );
  Object.assign(definitions, shared);
  return rest as T;
}

/** A subschema and not a map of them: `type` of a schema is a word or a list of words. */
function isSchema(value: Json): boolean {
  return typeof value.type === "string" || Array.isArray(value.type) || Array.isArray(value.anyOf);
}
