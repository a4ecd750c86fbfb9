import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files below a folder, with the folders that they need. */
export function putFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}
