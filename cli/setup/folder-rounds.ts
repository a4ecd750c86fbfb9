/** How many rounds the graphs of a checkout want. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../engine/config/schema.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { roundsWanted } from "../../engine/plan/rounds-wanted.ts";
import { readPipeline } from "../read-pipeline.ts";
import { gitIn } from "./git-answer.ts";

/** A repository with more graphs, or larger ones, says jobs.rounds. */
const MOST_GRAPHS = 500;
const MOST_BYTES = 500_000;

/** null: no file here is a graph that runs. */
export function folderRounds(folder: string, config: Config): number | null {
  const listed = gitIn(folder)("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.dot");
  const paths = (listed ?? "").split("\0").filter(Boolean).slice(0, MOST_GRAPHS);
  const pipelines = paths.flatMap((path) => pipelineAt(join(folder, path)));
  return pipelines.length === 0 ? null : roundsWanted(pipelines, config);
}

/** Other programs draw with such files too. */
function pipelineAt(path: string): Pipeline[] {
  try {
    return statSync(path).size > MOST_BYTES ? [] : [readPipeline(path)];
  } catch {
    return [];
  }
}
