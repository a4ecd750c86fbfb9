/** The README's picture: the quickstart, run for this picture, and drawn as the run left it. Times are left out, for they vary. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { autoApproveInterviewer, lookAt, prepare, run } from "../engine/index.ts";
import { reportOf } from "../engine/report/from-state.ts";
import { overlayOf } from "../engine/report/model.ts";
import { pictureOf } from "../engine/report/picture.ts";
import { renderSvg } from "../engine/report/svg.ts";
import { graphsFolder } from "./docs-graphs.ts";

export const RUN_PICTURE = new URL("../docs/run.svg", import.meta.url).pathname;

export async function runPicture(): Promise<string> {
  const read = (name: string) => readFileSync(join(graphsFolder, "quickstart", name), "utf8");
  const source = read("quickstart.dot");
  const workdir = mkdtempSync(join(tmpdir(), "attractor-picture-"));
  try {
    const { root } = await run(source, {
      workdir,
      simulate: read("quickstart.simulate.json"),
      interviewer: autoApproveInterviewer(),
    });
    const seen = await lookAt(root);
    if (!seen.run || seen.final?.status !== "success") throw new Error("the quickstart did not succeed");
    const { state, pipeline } = seen.run;
    const { nodes } = overlayOf(reportOf(state, pipeline, { findings: [], next: [], links: [] }));
    const timeless = { nodes: nodes.map((node) => ({ ...node, durationMs: null })) };
    return await renderSvg(pictureOf(pipeline, prepare(source).graph!.subgraphs), timeless);
  } finally {
    rmSync(workdir, { recursive: true, force: true, maxRetries: 5 });
  }
}
