/** A graph file as a pipeline, or every error in it with its place. */
import { dirname, resolve } from "node:path";
import type { Pipeline } from "../engine/graph/pipeline.ts";
import { prepare } from "../engine/graph/prepare.ts";
import { ConfigError } from "../engine/local/config-file.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { readText } from "./read-text.ts";

export function readPipeline(path: string): Pipeline {
  const { pipeline, diagnostics } = prepare(readText(path), {
    readPrompt: promptReader(dirname(resolve(path))),
  });
  if (pipeline !== null) return pipeline;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  throw new ConfigError(
    errors.map(
      ({ at, rule, message, fix }) =>
        `${path}:${at.line}:${at.column} ${rule}: ${message}${fix === undefined ? "" : `; ${fix}`}`,
    ),
  );
}
