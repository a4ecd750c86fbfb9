/** A graph file as a pipeline, or every error in it with its place. */
import { dirname, resolve } from "node:path";
import type { Pipeline } from "../engine/graph/pipeline.ts";
import { readGraph } from "../engine/local/prepare-run.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { readText } from "./read-text.ts";

export const readPipeline = (path: string): Pipeline =>
  readGraph(readText(path), { readPrompt: promptReader(dirname(resolve(path))) }, path);
