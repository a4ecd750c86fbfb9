import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { runGraph } from "../../cli/graph.ts";
import type { GraphJson } from "../../engine/report/graph-json.ts";
import { ATTRACTOR } from "../attractor.ts";

const HELLO = new URL("../../graphs/hello/hello.dot", import.meta.url).pathname;

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runGraph(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    stdin: () =>
      Promise.resolve("digraph piped { start [shape=Mdiamond] exit [shape=Msquare] start -> exit }"),
    color: false,
  });
  return { code, out: out.join(""), err: err.join("") };
}

function file(source: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "graph-")), "g.dot");
  writeFileSync(path, source);
  return path;
}

it("draws SVG unless told otherwise", async () => {
  const { code, out, err } = await run(HELLO);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^<svg [^>]*>\n<title>Hello<\/title>/);
  expect(out).toContain("Same words?");
});

it("prints Mermaid", async () => {
  const { code, out } = await run("--format", "mermaid", HELLO);
  expect(code).toBe(0);
  expect(out).toMatch(/^---\ntitle: "Hello"\n---\nflowchart LR\n/);
  expect(out).toContain('{"Same words#63;"}'.replace("#63;", "?"));
});

it("R-RUN-1: takes --graph too, and gives every node and edge as JSON with its place", async () => {
  const { code, out } = await run("--format=json", "--graph", HELLO);
  const json = JSON.parse(out) as GraphJson;
  expect(code).toBe(0);
  expect(json).toMatchObject({ schema_version: 1, name: "hello", start: "start", exits: ["exit"] });
  expect(json.nodes.map(({ id, handler }) => [id, handler])).toEqual([
    ["start", "start"],
    ["exit", "exit"],
    ["write", "tool"],
    ["read", "tool"],
    ["same", "conditional"],
  ]);
  expect(json.nodes[2]).toMatchObject({ line: 9, column: 5, attributes: { label: "Write a greeting" } });
  expect(json.edges.at(-1)).toMatchObject({
    from: "same",
    to: "exit",
    label: "No",
    condition: "outcome!=success",
    loop_restart: false,
    line: 15,
  });
});

it("draws a graph with errors, names them by place, and exits 2", async () => {
  const path = file(
    "digraph g {\n  start [shape=Mdiamond]\n  lost [shape=parallelogram]\n  start -> lost\n}\n",
  );
  const { code, out, err } = await run(path, "--format", "mermaid");
  expect(code).toBe(2);
  expect(out).toContain("lost");
  expect(err).toMatch(new RegExp(`^${path}:\\d+:\\d+ error .+`));
});

it("prints nothing of a text that is no graph, and exits 2", async () => {
  const { code, out, err } = await run(file("graph { a -- b }"));
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/:1:1 error /);
});

it("reads standard input when the graph is -", async () => {
  const { code, out } = await run("-", "--format", "json");
  expect([code, (JSON.parse(out) as GraphJson).name]).toEqual([0, "piped"]);
});

it("explains itself", async () => {
  const { code, out } = await run("--help");
  expect(code).toBe(0);
  expect(out).toMatch(/^usage: attractor graph GRAPH \[--format svg\|mermaid\|json\]/);
});

it.each([
  [[], /name a graph\nusage: /],
  [["a", "b"], /one graph only; "b" is one too many\nusage: /],
  [["--format", "png", "a"], /there is no format "png": svg, mermaid, json\nusage: /],
  [["--frmat", "svg", "a"], /--frmat[\s\S]*usage: /],
  [["/nonexistent.dot"], /cannot read \/nonexistent\.dot: /],
])("refuses %j with a reason and exit 2", async (args, reason) => {
  const { code, out, err } = await run(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(reason);
});

it("refuses to draw what nobody could read, and says what to ask for instead", async () => {
  const chain = Array.from({ length: 700 }, (_, at) => `n${at}`).join(" -> ");
  const nodes = Array.from({ length: 700 }, (_, at) => `n${at} [shape=diamond]`).join("\n");
  const path = file(`digraph g {\ns [shape=Mdiamond]\ne [shape=Msquare]\n${nodes}\ns -> ${chain} -> e\n}`);
  const drawn = await run(path);
  expect(drawn.code).toBe(2);
  expect(drawn.err).toContain("702 stages and 701 edges are too many to draw");
  const folded = await run(path, "--format", "mermaid");
  expect(folded.code).toBe(0);
  expect(folded.out).toContain("702 stages and 701 edges, folded into layers");
});

it("keeps names that objects have anyway", async () => {
  const path = file(`digraph g {
    start [shape=Mdiamond]
    __proto__ [shape=parallelogram, tool_command="true"]
    constructor [shape=diamond]
    exit [shape=Msquare]
    start -> __proto__ -> constructor
    constructor -> exit [condition="outcome=success"]
    constructor -> exit [condition="outcome!=success"]
  }`);
  const json = JSON.parse((await run(path, "--format", "json")).out) as GraphJson;
  expect(json.nodes.map(({ id }) => id)).toEqual(["start", "__proto__", "constructor", "exit"]);
  expect((await run(path)).out).toContain("__proto__");
  expect((await run(path, "--format", "mermaid")).out).toContain("constructor");
});

it("lays a real run over the graph: what succeeded, what failed, what was never reached", async () => {
  const path = file(`digraph ran {
    start [shape=Mdiamond]
    exit [shape=Msquare]
    good [shape=parallelogram, tool_command="true"]
    bad [shape=parallelogram, tool_command="exit 3"]
    never [shape=parallelogram, tool_command="true"]
    start -> good
    good -> bad
    bad -> never [condition="outcome=success"]
    bad -> exit [condition="outcome!=success"]
    never -> exit [condition="outcome=success"]
    never -> exit [label="No", condition="outcome!=success"]
  }`);
  const logs = join(dirname(path), "logs");
  const ran = spawnSync(process.execPath, [ATTRACTOR, "run", path, "--logs-root", logs], {
    cwd: dirname(path),
    encoding: "utf8",
  });
  expect([ran.status, ran.stderr]).toEqual([1, expect.any(String)]);

  const json = JSON.parse((await run("--run", logs, "--format", "json")).out) as GraphJson;
  const states = json.nodes.map(({ id, run: state }) => [id, state?.state, state?.visits]);
  expect(states).toEqual([
    ["start", "success", 1],
    ["exit", "success", 1],
    ["good", "success", 1],
    ["bad", "fail", 1],
    ["never", "pending", 0],
  ]);
  expect((await run(path, "--run", logs)).out).toMatch(/<g class="node s-fail"[^>]*><title>bad\n/);
});
