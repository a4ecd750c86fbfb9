/** The repository of the person in the demo: a game whose levels are made by a graph. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultJobs } from "../engine/config/jobs.ts";
import { CALLER_PATH, workflowFiles } from "../github/workflows/init-files.ts";

/** Where the product is published in the demo. */
const ACTION = "attractor/attractor@v1";

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
  const written = workflowFiles({ action: ACTION, jobs: { ...defaultJobs(), coordinator: "app" } });
  const caller = written.find(({ path }) => path === CALLER_PATH);
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return {
    ...Object.fromEntries(files.map((path) => [relative(folder, path), readFileSync(path, "utf8")])),
    [CALLER_PATH]: caller?.text ?? "",
    "scripts/settings.sh": `set -e\nPACE=${(PACE_S / speed).toFixed(2)}\nBESTIARY=${bestiary}\n`,
  };
}
