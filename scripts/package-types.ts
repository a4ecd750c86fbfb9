/** The declarations that `engine/index.ts` reaches, as the compiler writes them. */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function writeTypes(root: string, folder: string): void {
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    ...{
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: join(folder, "types"),
    },
    ...{ typeRoots: [join(root, "node_modules/@types")] },
  };
  const files = ["engine/index.ts", "engine/ledger/contract.ts"].map((path) => join(root, path));
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files, include: [] }),
  );
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", config], {
    stdio: "inherit",
  });
  rmSync(config);
  for (const path of globSync("types/**/*.d.ts", { cwd: folder })) {
    const file = join(folder, path);
    writeFileSync(file, readFileSync(file, "utf8").replace(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, "$1$2.js$1"));
  }
}
