/** What a release of the product holds, as a runner fetches it. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export function productFiles(): Record<string, string> {
  const workflows = readdirSync(`${root}.github/workflows`).filter((name) => name.startsWith("attractor"));
  const paths = [
    "action.yml",
    "action/job/action.yml",
    ...readdirSync(`${root}dist`).map((name) => `dist/${name}`),
    ...workflows.map((name) => `.github/workflows/${name}`),
  ];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(`${root}${path}`, "utf8")]));
}
