/** The committed cut of GitHub's description, as data. */
import { readFileSync } from "node:fs";
import type { OperationId, WebhookName } from "./selection.ts";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required?: boolean;
  readonly default?: unknown;
  readonly schema: Schema;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly required: boolean; readonly schema: Schema };
  /** By status; null where GitHub sends no JSON. */
  readonly responses: Readonly<Record<string, Schema | null>>;
}

interface Slice {
  readonly version: string;
  readonly operations: Readonly<Record<OperationId, Operation>>;
  readonly webhooks: Readonly<Record<WebhookName, Schema>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

export const slice = JSON.parse(
  readFileSync(new URL("./slice.generated.json", import.meta.url), "utf8"),
) as Slice;

export function resolveSchema(schema: Schema): Schema {
  let at = schema;
  while (at.$ref !== undefined) at = slice.definitions[at.$ref.slice("#/definitions/".length)]!;
  return at;
}
