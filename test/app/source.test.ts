import { describe, expect, it } from "vitest";
import { ENGINE_VERSION } from "../../engine/version.ts";
import { pinnedPipeline, pinnedStart } from "../../github/graph-source.ts";

const DOT = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  work [shape=parallelogram, tool_command="x"]; start -> work; work -> exit [condition="outcome=success"] }`;

async function started(engine: string, graph = DOT) {
  const files = new Map([["g.dot", DOT]]);
  const asked = { graph: "g.dot", inputs: {}, config: "attractor.yml", usd: null };
  const start = await pinnedStart(asked, async (path) => files.get(path) ?? null);
  const event = { ...start, engine_version: engine };
  return pinnedPipeline({ ...event, run_id: "r1" }, async () => graph);
}

describe("what a run began with", () => {
  it("R-GH-15: is read by an engine of the same major version, whatever the rest of it", async () => {
    const [major] = ENGINE_VERSION.split(".");
    await expect(started(`${major}.99.7`)).resolves.toMatchObject({ name: "g" });
  });

  it("R-GH-15: is refused by another one, which names the version to call", async () => {
    await expect(started("7.2.0")).rejects.toMatchObject({
      message: `this run was begun by engine 7.2.0; this is ${ENGINE_VERSION}; nothing of run r1 was touched`,
      fix: expect.stringContaining("attractor@v7"),
    });
  });

  it("R-GH-15: is refused when the graph under its name is another", async () => {
    await expect(started(ENGINE_VERSION, DOT.replace("work", "other"))).rejects.toThrow(
      "g.dot is not the graph that run r1 began with",
    );
  });
});

describe("prompt files of a graph", () => {
  const stage = (name: string) => `${name} [shape=box, prompt_file="p/${name}.md"]`;
  const graph = (stages: string[], comment = "") => `digraph g { graph [goal="g"] // ${comment}
    start [shape=Mdiamond]; exit [shape=Msquare]; ${stages.map(stage).join("; ")}
    start -> ${stages.join(" -> ")} -> exit }`;

  it("are those that stages name, each asked for once, and what a comment mentions is none", async () => {
    const asked: string[] = [];
    const names = Array.from({ length: 500 }, (_, n) => `prompt_file="c/${n}.md"`).join(" ");
    const files = new Map([
      ["g.dot", graph(["a", "b"], names)],
      ["p/a.md", "do a"],
      ["p/b.md", "do b"],
    ]);
    await pinnedStart({ graph: "g.dot", inputs: {}, config: "attractor.yml", usd: null }, async (path) => {
      asked.push(path);
      return files.get(path) ?? null;
    });
    expect(asked.toSorted()).toEqual(["attractor.yml", "g.dot", "p/a.md", "p/b.md"]);
  });

  it("are bounded, and the graph that names more is told so before one is read", async () => {
    const asked: string[] = [];
    const dot = graph(Array.from({ length: 101 }, (_, n) => `s${n}`));
    const start = pinnedStart(
      { graph: "g.dot", inputs: {}, config: "attractor.yml", usd: null },
      async (path) => {
        asked.push(path);
        return path === "g.dot" ? dot : null;
      },
    );
    await expect(start).rejects.toThrow("names 101 prompt files; a graph that runs on GitHub names 100");
    expect(asked).toEqual(["g.dot"]);
  });
});

describe("files that a graph names", () => {
  it("R-LANG-10: sub-graphs are read from the base ref, and what they name from beside them", async () => {
    const files = new Map([
      [
        "graphs/g.dot",
        DOT.replace("work [", 'sub [shape=folder, dot_file="parts/sub.dot"]; work [').replace(
          "start -> work",
          "start -> sub -> work",
        ),
      ],
      [
        "graphs/parts/sub.dot",
        'digraph s { b [shape=Mdiamond]; e [shape=Msquare]; a [prompt_file="a.md"]; in [shape=folder, dot_file="more/in.dot"]; b -> a -> in -> e }',
      ],
      ["graphs/parts/a.md", "Beside the sub-graph"],
      [
        "graphs/parts/more/in.dot",
        'digraph i { b [shape=Mdiamond]; e [shape=Msquare]; x [prompt_file="prompts/x.md"]; b -> x -> e }',
      ],
      ["prompts/x.md", "From the root"],
    ]);
    const read = async (path: string) => files.get(path) ?? null;
    const asked = { graph: "graphs/g.dot", inputs: {}, config: "attractor.yml", usd: null };
    const start = await pinnedStart(asked, read);
    const event = { ...start, coordinator: "app", seq: 1, ts: "", run_id: "r1" } as const;
    const { stages } = await pinnedPipeline(event, read);
    expect(stages.get("sub.a")?.prompt).toBe("Beside the sub-graph");
    expect(stages.get("sub.in.x")?.prompt).toBe("From the root");
  });

  it("R-LANG-10: nothing outside of the repository is asked for", async () => {
    const asked: string[] = [];
    const graph = DOT.replace("work [", 'sub [shape=folder, dot_file="../../x.dot"]; work [').replace(
      "start -> work",
      "start -> sub -> work",
    );
    const read = async (path: string) => {
      asked.push(path);
      return path === "graphs/g.dot" ? graph : null;
    };
    const start = { graph: "graphs/g.dot", inputs: {}, config: "attractor.yml", usd: null };
    await expect(pinnedStart(start, read)).rejects.toThrow(/x.dot of sub cannot be read/);
    expect(asked.filter((path) => path.includes(".."))).toEqual([]);
  });
});
