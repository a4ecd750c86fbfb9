// OpenAPI 3.0 schema objects as plain JSON Schema: prose dropped, `nullable` spelled out.

// biome-ignore lint/suspicious/noExplicitAny: a published document of 13 MB; what is read of it is checked by use
export type Json = Record<string, any>;

const PROSE = new Set([
  "description",
  "title",
  "example",
  "examples",
  "externalDocs",
  "deprecated",
  "default",
]);
const OPENAPI_ONLY = new Set(["nullable", "discriminator", "readOnly", "writeOnly", "xml"]);
const MAPS = new Set(["properties", "patternProperties"]);
const LISTS = new Set(["allOf", "anyOf", "oneOf"]);

export function toJsonSchema(schema: Json): Json {
  if (typeof schema.$ref === "string") {
    return { $ref: schema.$ref.replace("#/components/schemas/", "#/definitions/") };
  }
  const out: Json = {};
  for (const [key, value] of Object.entries(schema)) {
    if (PROSE.has(key) || OPENAPI_ONLY.has(key) || key.startsWith("x-")) continue;
    if (MAPS.has(key)) {
      out[key] = Object.fromEntries(Object.entries(value as Json).map(([k, v]) => [k, toJsonSchema(v)]));
    } else if (LISTS.has(key)) out[key] = (value as Json[]).map(toJsonSchema);
    else if (key === "items" || key === "not") out[key] = toJsonSchema(value);
    else if (key === "additionalProperties" && typeof value === "object") out[key] = toJsonSchema(value);
    else out[key] = value;
  }
  return schema.nullable === true ? orNull(out) : out;
}

function orNull(schema: Json): Json {
  if (typeof schema.type !== "string") return { anyOf: [schema, { type: "null" }] };
  return {
    ...schema,
    type: [schema.type, "null"],
    ...(Array.isArray(schema.enum) && !schema.enum.includes(null) ? { enum: [...schema.enum, null] } : {}),
  };
}
