/** The picture of every shipped graph, by its path below graphs/. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { prepare } from "../engine/graph/prepare.ts";
import { promptReader } from "../engine/local/prompt-files.ts";
import { pictureOf } from "../engine/report/picture.ts";
import { renderSvg } from "../engine/report/svg.ts";

export const graphsFolder = new URL("../graphs/", import.meta.url).pathname;

export async function graphPictures(): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const path of globSync("*/*.dot", { cwd: graphsFolder }).sort())
    pictures.set(path.replace(/dot$/, "svg"), await pictureOfFile(join(graphsFolder, path)));
  return pictures;
}

async function pictureOfFile(path: string): Promise<string> {
  const { pipeline, graph } = prepare(readFileSync(path, "utf8"), {
    readPrompt: promptReader(dirname(path)),
  });
  if (pipeline === null || graph === null)
    throw new Error(`${path} has errors: attractor validate says which`);
  return renderSvg(pictureOf(pipeline, graph.subgraphs), null);
}
