// Cuts GitHub's OpenAPI description down to what the box serves: node scripts/openapi-slice.ts
// The published package (400 MB unpacked) is fetched into a temporary folder and is no dependency.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operationIds, webhookNames } from "../box/openapi/selection.ts";
import { shareRepeats } from "./openapi-share.ts";
import { type Json, toJsonSchema } from "./openapi-to-schema.ts";

const VERSION = "23.0.2";
const MEMBER = "package/generated/api.github.com.json";

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Json;
}

function download(): Json {
  const folder = mkdtempSync(join(tmpdir(), "openapi-"));
  try {
    execFileSync("npm", ["pack", "--silent", `@octokit/openapi@${VERSION}`], { cwd: folder });
    execFileSync("tar", ["xzf", `octokit-openapi-${VERSION}.tgz`, MEMBER], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, MEMBER), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function resolve(doc: Json, value: Json): Json {
  if (typeof value.$ref !== "string") return value;
  return value.$ref
    .slice(2)
    .split("/")
    .reduce((at: Json, key: string) => at[key], doc);
}

const jsonBody = (doc: Json, holder: Json | undefined): Json | undefined => {
  if (holder === undefined) return undefined;
  const content: Json = resolve(doc, holder).content ?? {};
  return content["application/json"]?.schema;
};

function cutOperation(doc: Json, method: string, path: string, shared: Json[], op: Json): Json {
  const parameters = [...shared, ...(op.parameters ?? [])]
    .map((parameter) => resolve(doc, parameter) as unknown as Parameter)
    .filter((parameter) => parameter.in === "path" || parameter.in === "query")
    .map(({ name, in: where, required, schema }) => ({
      name,
      in: where,
      ...(required ? { required } : {}),
      ...("default" in schema ? { default: schema.default } : {}),
      // Text on the wire fits "integer or string" twice.
      schema: toJsonSchema("oneOf" in schema ? { anyOf: schema.oneOf } : schema),
    }));
  const responses = Object.fromEntries(
    Object.entries(op.responses as Record<string, Json>).map(([status, response]) => {
      const schema = jsonBody(doc, response);
      return [status, schema === undefined ? null : toJsonSchema(schema)];
    }),
  );
  const body = jsonBody(doc, op.requestBody);
  return {
    method: method.toUpperCase(),
    path,
    parameters,
    ...(body === undefined
      ? {}
      : { body: { required: op.requestBody.required === true, schema: toJsonSchema(body) } }),
    responses,
  };
}

function cutOperations(doc: Json): Json {
  const found: Json = {};
  for (const [path, item] of Object.entries(doc.paths as Record<string, Json>)) {
    for (const [method, op] of Object.entries(item)) {
      if (!operationIds.includes(op.operationId)) continue;
      found[op.operationId] = cutOperation(doc, method, path, item.parameters ?? [], op);
    }
  }
  const missing = operationIds.filter((id) => !(id in found));
  if (missing.length > 0) throw new Error(`not in @octokit/openapi ${VERSION}: ${missing.join(", ")}`);
  return Object.fromEntries(operationIds.map((id) => [id, found[id]]));
}

function cutWebhooks(doc: Json): Json {
  return Object.fromEntries(
    webhookNames.map((name) => {
      const key = name.replaceAll(/[._]/g, "-");
      const hook = doc["x-webhooks"][key] ?? doc["x-webhooks"][`${key}-sample.collected`];
      if (hook === undefined) throw new Error(`no webhook ${key} in @octokit/openapi ${VERSION}`);
      return [name, toJsonSchema(jsonBody(doc, hook.post.requestBody)!)];
    }),
  );
}

function closure(doc: Json, roots: Json[]): Json {
  const schemas: Json = {};
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === "$ref" && typeof inner === "string") {
          const name = inner.slice("#/definitions/".length);
          if (name in schemas) continue;
          schemas[name] = toJsonSchema(doc.components.schemas[name]);
          visit(schemas[name]);
        } else visit(inner);
      }
    }
  };
  roots.forEach(visit);
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where the published description cannot be meant: each with its reason. */
function correct(doc: Json): Json {
  // The account of a listed installation is said to be a user and an enterprise at once; of a single one, either.
  const listed = doc.paths["/app/installations"].get.responses["200"].content["application/json"].schema;
  listed.items = { $ref: "#/components/schemas/installation" };
  // "Use the search syntax for dates" (>=…, a..b), yet its format is one moment.
  delete doc.components.parameters.created.schema.format;
  // The address of a bot has brackets: "41898282+github-actions[bot]@users.noreply.github.com".
  for (const name of ["simple-commit", "nullable-simple-commit"]) {
    const { author, committer } = doc.components.schemas[name].properties;
    for (const who of [author, committer]) delete who.properties.email.format;
  }
  return doc;
}

const doc = correct(download());
const operations = cutOperations(doc);
const webhooks = cutWebhooks(doc);
const basicError = { $ref: "#/definitions/basic-error" };
const definitions = closure(doc, [operations, webhooks, basicError]);
const slice = {
  source: `@octokit/openapi ${VERSION} ${MEMBER}, cut by scripts/openapi-slice.ts`,
  version: VERSION,
  ...shareRepeats({ operations, webhooks, definitions }),
};
const target = new URL("../box/openapi/slice.generated.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(slice)}\n`);
const kb = Math.round(JSON.stringify(slice).length / 1024);
console.log(`${operationIds.length} operations, ${webhookNames.length} webhooks, ${kb} KB`);
