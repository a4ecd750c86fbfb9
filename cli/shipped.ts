/** The graphs that come with this program: each is a folder with graph, script of a simulated run, picture and README. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../graphs/", import.meta.url));

export interface Shipped {
  readonly name: string;
  readonly folder: string;
  /** The first sentence of its README. */
  readonly about: string;
}

export function shippedGraphs(): readonly Shipped[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, folder: join(FOLDER, name), about: aboutOf(join(FOLDER, name)) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function aboutOf(folder: string): string {
  const [, first = ""] = readFileSync(join(folder, "README.md"), "utf8").split("\n\n");
  return /^.*?\.(?=\s|$)/s.exec(first)?.[0].replaceAll("\n", " ") ?? first;
}

export const SHIPPED_NAME = /^[a-z][a-z0-9-]*$/;

/** A file when there is one; else the shipped graph of that name; else as given, for whoever reads it to complain. */
export function graphPathOf(given: string): string {
  if (existsSync(given) || !SHIPPED_NAME.test(given)) return given;
  const path = join(FOLDER, given, `${given}.dot`);
  return existsSync(path) ? path : given;
}

/** What a simulated run of this graph plays when no script is named. */
export function scriptBeside(graphPath: string): string | null {
  const path = graphPath.replace(/(?:\.dot|\.gv)?$/, ".simulate.json");
  return existsSync(path) ? path : null;
}
