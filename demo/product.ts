/** What a release of the product holds, as a runner fetches it. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export function productFiles(): Record<string, string> {
  const paths = [
    "action.yml",
    "action/start.sh",
    ...readdirSync(`${root}dist`).map((name) => `dist/${name}`),
  ];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(`${root}${path}`, "utf8")]));
}
