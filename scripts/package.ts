/**
 * Makes `build/package`, what npm publishes: the command and the library as built JavaScript without a dependency, types, the
 * shipped graphs and the schemas. `npm run package` packs it.
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, type Plugin } from "esbuild";
import { asJson } from "../engine/as-json.ts";
import pkg from "../package.json" with { type: "json" };
import { apiReport } from "./api-report.ts";
import { bundleOptions, toolHostOptions } from "./bundle-options.ts";
import { bundledLicenses } from "./bundled-licenses.ts";
import { writeTypes } from "./package-types.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({
  options: { out: { type: "string" }, pack: { type: "boolean", default: false } },
});
const out = values.out ?? join(root, "build");
const folder = join(out, "package");
/** With `--out` nothing of the repository is touched: the report lies beside the package. */
const report = values.out === undefined ? join(root, "docs/reference/library.md") : join(out, "library.md");
const ENTRIES = {
  attractor: "engine/index.d.ts",
  "attractor/ledger-contract": "engine/ledger/contract.d.ts",
};
/** What is imported by name; each says first when the Node is too old. */
const LIBRARY = ["index", "ledger-contract"];
const COPIED = [
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
  "graphs",
  "schemas",
  "engine/agents/catalog/models.json",
];

/** GitHub in a box runs TypeScript as it is, which Node refuses below node_modules. */
const demoFromClone: Plugin = {
  name: "demo-from-a-clone",
  setup({ onLoad }) {
    onLoad({ filter: /\/cli\/demo\.ts$/ }, () => ({
      loader: "ts",
      contents: `export async function runDemoCommand(_args: readonly string[], { err }: { err: (text: string) => void }) {
        err("attractor demo: the demo is not part of the npm package; it runs from a clone of the repository: npm ci && npx attractor demo\\n");
        return 2;
      }`,
    }));
  },
};

/** What a source file looks for beside itself lies in the package at the same path. */
const atItsSource: Plugin = {
  name: "at-its-source",
  setup({ onLoad }) {
    onLoad({ filter: /\/(?:cli|engine|github)\/.*\.ts$/ }, ({ path }) => {
      const name = path.slice(root.length + 1);
      const text = readFileSync(path, "utf8");
      if (path.includes("/node_modules/") || name === "cli/demo.ts" || !text.includes("import.meta.url"))
        return null;
      const contents = text.replaceAll(
        "import.meta.url",
        `new URL(${JSON.stringify(`../${name}`)}, import.meta.url).href`,
      );
      return { contents, loader: "ts" };
    });
  },
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, "cli"), { recursive: true });
const { metafile } = await build({
  ...bundleOptions,
  absWorkingDir: root,
  entryPoints: {
    command: "cli/main.ts",
    index: "engine/index.ts",
    "ledger-contract": "engine/ledger/contract.ts",
  },
  outdir: join(folder, "lib"),
  plugins: [demoFromClone, ...bundleOptions.plugins, atItsSource],
  metafile: true,
});
await build({ ...toolHostOptions, absWorkingDir: root, outdir: join(folder, "lib") });
for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
for (const name of readdirSync(join(root, "scripts/package")))
  cpSync(join(root, "scripts/package", name), join(folder, "cli", name));
mkdirSync(join(folder, "entries"));
for (const name of LIBRARY)
  writeFileSync(
    join(folder, "entries", `${name}.mjs`),
    `import "../cli/node-24.mjs";\nexport * from "../lib/${name}.mjs";\n`,
  );
writeFileSync(join(folder, "NOTICES.txt"), bundledLicenses(metafile));
writeTypes(root, folder);
writeFileSync(report, apiReport(join(folder, "types"), ENTRIES));
writeFileSync(join(folder, "package.json"), asJson(manifest()));
if (values.pack)
  execFileSync("npm", ["pack", "--silent", "--pack-destination", out], {
    cwd: folder,
    stdio: "inherit",
  });

function manifest(): object {
  const { name, version, description, license, type } = pkg;
  return {
    ...{ name, version, description, license, type },
    repository: { type: "git", url: "git+https://github.com/attractor/attractor.git" },
    engines: { node: ">=20" },
    bin: { attractor: "cli/attractor.mjs" },
    exports: {
      ".": { types: "./types/engine/index.d.ts", default: "./entries/index.mjs" },
      "./ledger-contract": {
        types: "./types/engine/ledger/contract.d.ts",
        default: "./entries/ledger-contract.mjs",
      },
      "./schemas/*": "./schemas/*",
    },
    // Brings the right Node to an older one; without it the command says what is missing.
    optionalDependencies: { node: pkg.devDependencies.node },
    // Only for the types: the code brings its own.
    peerDependencies: { zod: pkg.dependencies.zod },
    peerDependenciesMeta: { zod: { optional: true } },
    publishConfig: { access: "public", provenance: true },
  };
}
