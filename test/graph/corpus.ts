/** The graphs that tests read: the specification's examples, and others in the style of those in use. */
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../fixtures/graphs/", import.meta.url);

export const corpus: readonly { readonly name: string; readonly source: string }[] = readdirSync(folder)
  .filter((name) => name.endsWith(".dot"))
  .sort()
  .map((name) => ({ name, source: readFileSync(new URL(name, folder), "utf8") }));

export function corpusText(name: string): string {
  const entry = corpus.find((graph) => graph.name === name);
  if (!entry) throw new Error(`no graph ${name}`);
  return entry.source;
}
