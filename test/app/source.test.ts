import { describe, expect, it } from "vitest";
import { pinnedPipeline, pinnedStart } from "../../app/source.ts";
import { ENGINE_VERSION } from "../../engine/version.ts";

const DOT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  work [shape=parallelogram, tool_command="x"]; start -> work; work -> exit [condition="outcome=success"] }`;

async function started(engine: string, graph = DOT) {
  const files = new Map([["g.dot", DOT]]);
  const asked = { graph: "g.dot", inputs: {}, config: "attractor.yml", usd: null };
  const start = await pinnedStart(asked, async (path) => files.get(path) ?? null);
  const event = { ...start, coordinator: "app", engine_version: engine } as const;
  return pinnedPipeline({ ...event, seq: 1, ts: "", run_id: "r1" }, async () => graph);
}

describe("what a run began with", () => {
  it("R-GH-15: is read by an engine of the same major version, whatever the rest of it", async () => {
    const [major] = ENGINE_VERSION.split(".");
    await expect(started(`${major}.99.7`)).resolves.toMatchObject({ name: "g" });
  });

  it("R-GH-15: is refused by another one, which names the version to call", async () => {
    await expect(started("7.2.0")).rejects.toMatchObject({
      message: `this run was begun by engine 7.2.0; this is ${ENGINE_VERSION}; nothing of run r1 was touched`,
      mend: expect.stringContaining("attractor@v7"),
    });
  });

  it("R-GH-15: is refused when the graph under its name is another", async () => {
    await expect(started(ENGINE_VERSION, DOT.replace("work", "other"))).rejects.toThrow(
      "g.dot is not the graph that run r1 began with",
    );
  });
});
