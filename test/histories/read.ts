/** Finished logs of earlier engines, for tests of what is made of a log. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEvent } from "../../engine/core/events.ts";
import { prepare } from "../../engine/graph/prepare.ts";

const here = import.meta.dirname;

export const HISTORIES = readdirSync(here, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

export const history = (name: string) => ({
  pipeline: prepare(readFileSync(join(here, name, "graph.dot"), "utf8")).pipeline!,
  log: readFileSync(join(here, name, "progress.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => parseEvent(JSON.parse(line))),
  final: JSON.parse(readFileSync(join(here, name, "final.json"), "utf8")),
});
