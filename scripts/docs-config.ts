/** The page of the configuration, from its JSON Schema. */
import { readFileSync } from "node:fs";

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Key {
  readonly type: string;
  readonly default: string;
  readonly effect: string;
}

export function configPage(): string {
  const schema = JSON.parse(
    readFileSync(new URL("../schemas/config.schema.json", import.meta.url), "utf8"),
  ) as Schema;
  const keys = new Map<string, Key>();
  collect(schema, "", keys);
  const rows = [...keys].map(
    ([path, { type, default: standard, effect }]) =>
      `| \`${path}\` | ${cell(type)} | ${standard === "" ? "" : `\`${cell(standard)}\``} | ${cell(effect)} |`,
  );
  return `# Configuration

Made from \`schemas/config.schema.json\` by \`npm run docs\`. It is \`.github/attractor.yml\`, YAML or JSON, or what \`--config FILE\` names. On
GitHub the one of the base branch counts. A key that is not here is an error that names the nearest. Where editors know JSON
Schema, the first line \`# yaml-language-server: $schema=…/config.schema.json\`, or a key \`$schema\`, gives them these texts.

\`NAME\` stands for a name of your own. A key below \`llm.providers.NAME\` belongs to the backends that its row names, or to all.

| key | type | default | effect |
|---|---|---|---|
${rows.join("\n")}
`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function collect(schema: Schema, at: string, keys: Map<string, Key>): void {
  for (const [name, value] of Object.entries(schema.properties ?? {})) {
    const path = at === "" ? name : `${at}.${name}`;
    const before = keys.size;
    collect(value, path, keys);
    // What holds keys is told by them, unless it says something itself.
    if (keys.size > before && value.description === undefined) continue;
    if (!keys.has(path)) keys.set(path, keyOf(value));
  }
  if (typeof schema.additionalProperties === "object" && Object.keys(schema.additionalProperties).length > 0)
    collect(schema.additionalProperties, `${at}.NAME`, keys);
  for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) collect(one, at, keys);
}

const keyOf = (schema: Schema): Key => ({
  type: typeOf(schema),
  default: schema.default === undefined || typeof schema.default === "object" ? "" : String(schema.default),
  effect: schema.description ?? "",
});

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  const any = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (any.length > 0) return [...new Set(any.map(typeOf))].join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? typeOf(schema.items) : "anything"}`;
  return [schema.type ?? "any"].flat().join(" or ");
}
