/** Cuts a record down to what a schema declares, so one generous record serves every form in which GitHub shows it. */
import { resolveSchema, type Schema } from "./slice.ts";
import { problems } from "./validate.ts";

export function project(schema: Schema, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const at = resolveSchema(schema);
  const alternatives = at.anyOf ?? at.oneOf;
  if (alternatives !== undefined && at.properties === undefined) return firstFit(alternatives, value);
  if (Array.isArray(value)) return at.items === undefined ? value : value.map((one) => project(at.items!, one));
  if (typeof value !== "object") return value;
  const properties = declared(at);
  if (properties === undefined) return value;
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own !== undefined && inner !== undefined) out[key] = project(own, inner);
  }
  return out;
}

/** An object that may hold anything is passed as it is. */
function declared({ properties, allOf, additionalProperties }: Schema): Schema["properties"] {
  if (additionalProperties !== undefined && additionalProperties !== false) return undefined;
  if (allOf === undefined) return properties;
  return Object.assign({}, properties, ...allOf.map((part) => declared(resolveSchema(part))));
}

function firstFit(alternatives: readonly Schema[], value: unknown): unknown {
  for (const alternative of alternatives) {
    const cut = project(alternative, value);
    if (problems(alternative, cut).length === 0) return cut;
  }
  return value;
}
