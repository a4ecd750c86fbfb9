/** The keys that the configuration may have at a path, read from its published schema. */
import { once } from "../once.ts";
import { configJsonSchema } from "./schema.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
}

/** Made once: it costs more than all else that is said of a key. */
const whole = once(() => configJsonSchema() as unknown as Schema);

/** `written` is the author's value: a provider's keys depend on its backend. */
export function knownKeys(path: readonly PropertyKey[], written: unknown): readonly string[] {
  let schema: Schema = whole();
  let value = written;
  for (const key of path.map(String)) {
    value = (value as Record<string, unknown> | null | undefined)?.[key];
    schema = variant(schema.properties?.[key] ?? schema.items ?? (schema.additionalProperties || {}), value);
  }
  return Object.keys(schema.properties ?? {});
}

function variant(schema: Schema, value: unknown): Schema {
  const backend = (value as { backend?: unknown } | null | undefined)?.backend;
  return schema.oneOf?.find((option) => option.properties?.backend?.const === backend) ?? schema;
}
