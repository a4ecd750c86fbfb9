/** Compiles parts of the slice when they are first met (one takes some 10 ms) and says in words what does not fit. */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { type Schema, slice } from "./slice.ts";

const ajv = new Ajv({ strict: false, allErrors: true, logger: false, coerceTypes: false });
addFormats.default(ajv);
// Numbers in a path or query are text on the wire.
const wireAjv = new Ajv({ strict: false, allErrors: true, logger: false, coerceTypes: "array" });
addFormats.default(wireAjv);
for (const each of [ajv, wireAjv]) each.addSchema({ $id: "slice", definitions: slice.definitions });

const compiled = new WeakMap<object, ValidateFunction>();

function validator(schema: Schema, on: Ajv): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const fresh = on.compile(rebase(schema) as object);
  compiled.set(schema, fresh);
  return fresh;
}

/** Local references mean the slice, wherever the part is compiled. */
function rebase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rebase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === "$ref" && typeof inner === "string" ? [key, `slice${inner}`] : [key, rebase(inner)],
    ),
  );
}

const words = ({ instancePath, message, params }: ErrorObject): string => {
  const extra = "allowedValues" in params ? ` (${String(params.allowedValues)})` : "";
  return `${instancePath === "" ? "the whole" : instancePath} ${message ?? "is wrong"}${extra}`;
};

/** What is wrong with a JSON value; empty when it fits. */
export function problems(schema: Schema, value: unknown): string[] {
  const check = validator(schema, ajv);
  return check(value) ? [] : (check.errors ?? []).map(words);
}

/** As `problems`, for text from a URL: `holder.value` becomes the number or boolean it stands for. */
export function wireProblems(schema: Schema, holder: { value: unknown }): string[] {
  const check = validator(wrapped(schema), wireAjv);
  return check(holder) ? [] : (check.errors ?? []).map(words);
}

const wrappers = new WeakMap<object, Schema>();
function wrapped(schema: Schema): Schema {
  const known = wrappers.get(schema);
  if (known !== undefined) return known;
  const fresh: Schema = { type: "object", properties: { value: schema } };
  wrappers.set(schema, fresh);
  return fresh;
}
