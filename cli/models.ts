/** `attractor models`: what the catalog knows, and its renewal. */

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildCatalog, catalogText } from "../engine/agents/catalog/build.ts";
import { CATALOG, type Model } from "../engine/agents/catalog/catalog.ts";
import { diffCatalogs } from "../engine/agents/catalog/diff.ts";
import { modelsOf } from "../engine/agents/catalog/find.ts";
import { asJson } from "../engine/as-json.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { withSource } from "./models-source.ts";
import { UsageError } from "./options.ts";

const USAGE = `usage: attractor models [PROVIDER] [--json]
       attractor models update [--from VERSION|FILE.tgz] [--dry-run]

Lists the models that the pinned catalog knows, with their price in US dollars for a million tokens. update fetches the
catalog's source with npm, shows what changes and writes it; a model that the source no longer has keeps its price.

  --from      a version of the source, or its tarball (default: latest)
  --dry-run   shows what would change and writes nothing
  --json      the whole catalog, or one provider's part
`;

const KNOWN = {
  from: { type: "string", default: "latest" },
  out: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export const runModels = command({
  name: "models",
  usage: USAGE,
  options: KNOWN,
  async run({ values, positionals }, terminal) {
    const [what, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is one name too many`);
    if (what === "update") await update(values, terminal);
    else list(what, values.json, terminal);
    return EXIT.success;
  },
});

function list(provider: string | undefined, json: boolean, terminal: Terminal): void {
  const models = provider === undefined ? null : modelsOf(provider);
  if (provider !== undefined && models === null) {
    const known = Object.keys(CATALOG.providers).join(", ");
    throw new UsageError(`the catalog does not cover ${JSON.stringify(provider)}; it covers ${known}`);
  }
  const shown = models === null ? CATALOG.providers : { [provider!]: models };
  if (json) {
    terminal.out(asJson({ ...CATALOG, providers: shown }));
    return;
  }
  for (const [name, entries] of Object.entries(shown)) {
    terminal.out(`${name}\n`);
    for (const [id, model] of Object.entries(entries)) terminal.out(`  ${id.padEnd(42)} ${told(model)}\n`);
  }
  const { source, version, date, digest } = CATALOG;
  terminal.out(`\nfrom ${source} ${version}, made ${date}, sha256 ${digest.slice(0, 12)}\n`);
}

function told({ input, output, context, efforts, retired }: Model): string {
  const price = input === undefined ? "price unknown" : `$${input} in, $${output} out`;
  const size = context === undefined ? "" : `, ${Math.round(context / 1000)}k context`;
  const effort = efforts === undefined ? "" : `, effort ${efforts.join("/")}`;
  return `${price}${size}${effort}${retired === undefined ? "" : `, retired ${retired}`}`;
}

const PINNED = fileURLToPath(new URL("../engine/agents/catalog/models.json", import.meta.url));

async function update(
  values: { readonly from: string; readonly out?: string | undefined; readonly "dry-run": boolean },
  terminal: Terminal,
): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const renewed = await withSource(values.from, (source) => buildCatalog(source, CATALOG, today));
  const changes = diffCatalogs(CATALOG, renewed);
  terminal.out(
    `${[...changes, changes.length === 0 ? "nothing changed" : ""].filter((line) => line !== "").join("\n")}\n`,
  );
  terminal.out(
    `${CATALOG.source} ${CATALOG.version} -> ${renewed.source} ${renewed.version} (${renewed.date})\n`,
  );
  const file = values.out ?? PINNED;
  if (values["dry-run"]) terminal.out(`nothing written; without --dry-run this goes to ${file}\n`);
  else writeFileSync(file, catalogText(renewed));
}
