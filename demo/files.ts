/** The repository of the person in the demo: a game whose levels are made by a graph. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("repository/", import.meta.url));

/** Seconds that each stage takes when nobody asks for another speed; long enough to be seen. */
const PACE_S = 4;

export function repositoryFiles({
  speed,
  bestiary,
}: {
  speed: number;
  bestiary: string;
}): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return {
    ...Object.fromEntries(files.map((path) => [relative(folder, path), readFileSync(path, "utf8")])),
    "scripts/settings.sh": `set -e\nPACE=${(PACE_S / speed).toFixed(2)}\nBESTIARY=${bestiary}\n`,
  };
}
