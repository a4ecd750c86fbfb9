/** `attractor new NAME`: a graph that ships, copied into a repository. Never writes over a file that is there. */

import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { asJson } from "../engine/as-json.ts";
import { nearestWord } from "../engine/graph/nearest.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { onlyOne, UsageError } from "./options.ts";
import { type Shipped, shippedGraphs } from "./shipped.ts";

const USAGE = `usage: attractor new [--json]          lists the graphs that ship
       attractor new NAME [--to DIR]   copies one, into graphs/NAME unless told

With the graph come the script of a simulated run (NAME.simulate.json), its picture and a README. Nothing is written
when one of the files is there already. A graph that ships also runs as it is: attractor run NAME.
`;

export const runNew = command({
  name: "new",
  usage: USAGE,
  options: { to: { type: "string" }, json: { type: "boolean", default: false } },
  async run({ values, positionals }, terminal) {
    if (positionals.length === 0) terminal.out(list(shippedGraphs(), values.json));
    else copy(onlyOne(positionals, "a graph"), values.to ?? null, terminal);
    return EXIT.success;
  },
});

function list(graphs: readonly Shipped[], json: boolean): string {
  if (json) return asJson({ graphs: graphs.map(({ name, about }) => ({ name, about })) });
  const width = Math.max(...graphs.map(({ name }) => name.length));
  return `${graphs.map(({ name, about }) => `${name.padEnd(width)}  ${about}\n`).join("")}
next: attractor new NAME              (copies one)
or: attractor run NAME --simulate   (shows it at once)
`;
}

function copy(name: string, to: string | null, terminal: Terminal): void {
  const graphs = shippedGraphs();
  const graph = graphs.find((shipped) => shipped.name === name);
  if (graph === undefined) {
    const near = nearestWord(
      name,
      graphs.map((shipped) => shipped.name),
    );
    throw new UsageError(
      `no graph ${JSON.stringify(name)} ships${near === null ? "; " : `; did you mean ${near}? `}attractor new lists them`,
    );
  }
  const folder = resolve(to ?? join("graphs", name));
  const files = readdirSync(graph.folder);
  const there = files.filter((file) => existsSync(join(folder, file)));
  if (there.length > 0)
    throw new UsageError(
      `${join(shown(folder), there[0]!)} exists, so nothing was written; name another folder with --to DIR`,
    );
  mkdirSync(folder, { recursive: true });
  for (const file of files) cpSync(join(graph.folder, file), join(folder, file));
  for (const file of files) terminal.out(`${join(shown(folder), file)}\n`);
  const dot = join(shown(folder), `${name}.dot`);
  terminal.out(`\nnext: attractor run ${dot} --simulate\n`);
}

const shown = (folder: string): string => relative(process.cwd(), folder) || ".";
