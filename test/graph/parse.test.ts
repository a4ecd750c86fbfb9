import { describe, expect, it } from "vitest";
import { edges, graphOf, nodeOf, values } from "./read.ts";

const attrsOf = (list: string) => values(nodeOf(graphOf(`digraph G { a [${list}] }`), "a").attrs);

describe("values", () => {
  it("R-LANG-1: numbers keep every digit", () => {
    expect(attrsOf("a=1.10, b=-5, c=.50, d=007, e=1e3, f=3.")).toEqual({
      a: "1.10",
      b: "-5",
      c: ".50",
      d: "007",
      e: "1e3",
      f: "3.",
    });
  });

  it("R-LANG-1: durations, model names and paths need no quotes", () => {
    expect(
      attrsOf("a=15m, b=claude-opus-4.6, c=gpt-5.4, d=a/b.c, e=summary:high, f=$goal, g=./x, h=v@1"),
    ).toEqual({
      a: "15m",
      b: "claude-opus-4.6",
      c: "gpt-5.4",
      d: "a/b.c",
      e: "summary:high",
      f: "$goal",
      g: "./x",
      h: "v@1",
    });
  });

  it("R-LANG-1: strings run over lines and keep them, with their line ends", () => {
    expect(attrsOf('p="one\n  two\r\n\n\tthree"')).toEqual({ p: "one\n  two\r\n\n\tthree" });
  });

  it("R-LANG-1: four escapes are resolved, every other backslash stays", () => {
    expect(attrsOf(String.raw`p="\"q\" \\ \n \t \d \$ \r \N c:\\new"`)).toEqual({
      p: '"q" \\ \n \t \\d \\$ \\r \\N c:\\new',
    });
  });

  it("R-LANG-1: a backslash at the end of a line joins it with the next", () => {
    expect(attrsOf('p="one \\\ntwo \\\r\nthree"')).toEqual({ p: "one two three" });
  });

  it("R-LANG-1: + joins strings, over lines and comments", () => {
    expect(attrsOf('p="a\\n" + "b"\n /* and */ + "\\"c\\"", q="d"')).toEqual({ p: 'a\nb"c"', q: "d" });
  });

  it("R-LANG-1: text that looks like the language stays text", () => {
    const text = "a -> b; [c=d] } // no # no /* no <b>no</b> ' `";
    expect(attrsOf(`p="${text}"`)).toEqual({ p: text });
  });

  it("R-LANG-1: says whether a value was quoted", () => {
    const { attrs } = nodeOf(graphOf('digraph G { a [x=1, y="1", z="1" + "2"] }'), "a");
    expect([...attrs.values()].map(({ quoted }) => quoted)).toEqual([false, true, true]);
  });
});

describe("attribute lists", () => {
  it("R-LANG-1: commas, semicolons and blanks separate, and a list may be repeated", () => {
    const expected = { a: "1", b: "2", c: "3", d: "4", e: "5" };
    expect(attrsOf("a=1, b=2; c=3 d=4\n e=5,")).toEqual(expected);
    expect(attrsOf("a=1,b=2] [c=3] [] [d=4,e=5")).toEqual(expected);
  });

  it("R-LANG-1: keys may be dotted or quoted, and be words of the language", () => {
    expect(attrsOf('retry.backoff.jitter=false, human.default_choice="a", "label"=x, node=y')).toEqual({
      "retry.backoff.jitter": "false",
      "human.default_choice": "a",
      label: "x",
      node: "y",
    });
  });

  it("R-LANG-1: the last of two equal keys wins", () => {
    expect(attrsOf("a=1, a=2] [a=3")).toEqual({ a: "3" });
  });
});

describe("the file", () => {
  it("R-LANG-1: #, // and /* */ are comments, and a byte order mark is nothing", () => {
    const graph = graphOf(
      "\uFEFF# first\n// second\n/* third\n digraph */ digraph G { // a\n a # b\n /* c */ -> b }\n// end",
    );
    expect(edges(graph)).toEqual(["a -> b"]);
  });

  it("R-LANG-1: semicolons may be left out, doubled, or follow the last brace", () => {
    const graph = graphOf("digraph G {; a;; b\n c;\n { d };; e [x=1;;y=2]; };;");
    expect([...graph.nodes.keys()]).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("R-LANG-1: keywords in any case, a name quoted or left out", () => {
    expect(graphOf("DiGraph G { Node [x=1] a }").nodes.get("a")?.attrs.get("x")?.value).toBe("1");
    expect(graphOf('digraph "my graph" {}').name).toBe("my graph");
    expect(graphOf("digraph {}").name).toBe("");
  });

  it("R-LANG-1: `graph [..]` and `key = value` set the graph's attributes, the last wins", () => {
    const { attrs } = graphOf('digraph G { rankdir=LR graph [goal="x" label=y]; a.b = -1\n goal="z" }');
    expect(values(attrs)).toEqual({ rankdir: "LR", goal: "z", label: "y", "a.b": "-1" });
  });
});

describe("nodes", () => {
  it("R-LANG-1: names of the prototype are ordinary names", () => {
    const graph = graphOf("digraph G { __proto__ [constructor=1]; toString -> hasOwnProperty }");
    expect([...graph.nodes.keys()]).toEqual(["__proto__", "toString", "hasOwnProperty"]);
    expect(nodeOf(graph, "__proto__").attrs.get("constructor")?.value).toBe("1");
  });

  it("R-LANG-1: ids may be quoted where that is harmless, and are the same node as unquoted", () => {
    const graph = graphOf('digraph G { "a" [x=1]; a [y=2]; "b-c.d"; "node"; 1; 2.5; été }');
    expect([...graph.nodes.keys()]).toEqual(["a", "b-c.d", "node", "1", "2.5", "été"]);
    expect(values(nodeOf(graph, "a").attrs)).toEqual({ x: "1", y: "2" });
  });

  it("R-LANG-1: an edge declares no node", () => {
    const graph = graphOf("digraph G { node [x=1]; a -> b -> {c} -> d; b; {e} -> a; c [y=2] }");
    const declared = [...graph.nodes.values()].map(({ id, declared }) => [id, declared]);
    expect(declared).toEqual([
      ["b", true],
      ["c", true],
      ["a", false],
      ["d", false],
      ["e", false],
    ]);
    expect(nodeOf(graph, "a").attrs.size).toBe(0);
  });

  it("R-LANG-1: a node declared again keeps its place, and the latest explicit value", () => {
    const graph = graphOf("digraph G { a [x=1,y=1]; b; a [y=2,z=2] }");
    expect([...graph.nodes.keys()]).toEqual(["a", "b"]);
    expect(values(nodeOf(graph, "a").attrs)).toEqual({ x: "1", y: "2", z: "2" });
  });

  it("R-LANG-1: a second mention brings no default back over an explicit value", () => {
    const graph = graphOf(
      "digraph G { start [shape=Mdiamond]; node [shape=box]; start [label=go]; {node [shape=oval] start} }",
    );
    expect(values(nodeOf(graph, "start").attrs)).toEqual({ shape: "Mdiamond", label: "go" });
  });
});

describe("edges", () => {
  it("R-LANG-1: a chain is one edge per step, all with its attributes", () => {
    const graph = graphOf("digraph G { a -> b -> c [label=next] [weight=2]\n c\n-> a }");
    expect(edges(graph)).toEqual(["a -> b", "b -> c", "c -> a"]);
    expect(graph.edges.map(({ attrs }) => values(attrs))).toEqual([
      { label: "next", weight: "2" },
      { label: "next", weight: "2" },
      {},
    ]);
    expect(graph.edges.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it("R-LANG-1: a group stands for each of its nodes", () => {
    const graph = graphOf(
      "digraph G { {a b} -> c -> {d; e [x=1]}; {f -> g} -> {} ; subgraph s {h} -> {a a} }",
    );
    expect(edges(graph)).toEqual(["a -> c", "b -> c", "c -> d", "c -> e", "f -> g", "h -> a"]);
  });

  it("R-LANG-1: a group of the same name goes on with it", () => {
    const graph = graphOf("digraph G { subgraph s {a} subgraph s {b} -> c }");
    expect(edges(graph)).toEqual(["a -> c", "b -> c"]);
    expect(graph.subgraphs.map(({ id, nodes }) => [id, nodes])).toEqual([["s", ["a"]]]);
  });

  it("R-LANG-1: parallel edges and loops are kept apart", () => {
    expect(edges(graphOf("digraph G { a -> a -> b; a -> b [x=1] }"))).toEqual(["a -> a", "a -> b", "a -> b"]);
  });
});

describe("defaults and subgraphs", () => {
  it("R-LANG-1: defaults hold from where they stand to the end of their block", () => {
    const graph = graphOf(`digraph G {
      a; node [x=1,y=1]; b
      subgraph s { c; node [x=2]; d; { node [z=3] e }; f [y=4] }
      g
    }`);
    const all = Object.fromEntries([...graph.nodes].map(([id, { attrs }]) => [id, values(attrs)]));
    expect(all).toEqual({
      a: {},
      b: { x: "1", y: "1" },
      c: { x: "1", y: "1" },
      d: { x: "2", y: "1" },
      e: { x: "2", y: "1", z: "3" },
      f: { x: "2", y: "4" },
      g: { x: "1", y: "1" },
    });
  });

  it("R-LANG-1: edge defaults are scoped the same way", () => {
    const graph = graphOf(
      "digraph G { edge [w=1]; a -> b; { edge [w=2,v=3]; a -> c; a -> d [w=4] } a -> e }",
    );
    expect(graph.edges.map(({ attrs }) => values(attrs))).toEqual([
      { w: "1" },
      { w: "2", v: "3" },
      { w: "4", v: "3" },
      { w: "1" },
    ]);
  });

  it("R-LANG-1: tells a default from what the author wrote on the node", () => {
    const { attrs } = nodeOf(graphOf("digraph G { node [x=1,y=1]; a [y=2] }"), "a");
    expect([...attrs.values()].map(({ key, origin }) => [key, origin])).toEqual([
      ["x", "default"],
      ["y", "explicit"],
    ]);
  });

  it("R-LANG-1: a block's defaults reach a node that it mentions again, but not over explicit values", () => {
    const graph = graphOf("digraph G { node [t=1]; a; b [t=2]; subgraph s { node [t=3]; a; b } }");
    expect(values(nodeOf(graph, "a").attrs)).toEqual({ t: "3" });
    expect(values(nodeOf(graph, "b").attrs)).toEqual({ t: "2" });
  });

  it("R-LANG-1: the graph's later defaults do not reach a node that a block mentions again", () => {
    const graph = graphOf("digraph G { node [t=1]; a; node [t=2,u=2]; subgraph s { a; node [v=3]; { a } } }");
    expect(values(nodeOf(graph, "a").attrs)).toEqual({ t: "1", v: "3" });
  });

  it("R-LANG-1: what a subgraph sets does not reach the graph", () => {
    const graph = graphOf('digraph G { label=outer; subgraph s { label="In"; color=red; graph [goal=x] } }');
    expect(values(graph.attrs)).toEqual({ label: "outer" });
  });

  it("R-LANG-1: a subgraph's label becomes a class of the nodes declared in it, wherever it stands", () => {
    const graph = graphOf(`digraph G {
      subgraph cluster_a {
        a [class="x, loop-a,,y "]
        subgraph { b; graph [label="- Fast & (cheap)! -"] }
        label = "Loop A"
        d -> c
      }
      c; d
    }`);
    const classes = Object.fromEntries([...graph.nodes].map(([id, node]) => [id, node.classes]));
    expect(classes).toEqual({ a: ["x", "loop-a", "y"], b: ["loop-a", "fast--cheap"], c: [], d: [] });
    expect(graph.subgraphs.map(({ id, label, nodes }) => [id, label, nodes])).toEqual([
      ["cluster_a", "Loop A", ["a", "b"]],
      [null, "- Fast & (cheap)! -", ["b"]],
    ]);
  });
});

describe("positions", () => {
  const source = '\uFEFFdigraph G {\r\n  goal = "x\ny"\r\n  a [k="v" +\n "w", "l"=2]\r\n  b -> {c d}\r\n}';
  const graph = graphOf(source);
  const at = (text: string) => source.indexOf(text);

  it("R-LANG-1: nodes, keys and values are where the text has them", () => {
    const a = nodeOf(graph, "a");
    expect(a.at).toEqual({ line: 4, column: 3, offset: at("a [") });
    expect(a.attrs.get("k")).toMatchObject({
      keyAt: { line: 4, column: 6, offset: at("k=") },
      valueAt: { line: 4, column: 8, offset: at('"v"') },
    });
    expect(a.attrs.get("l")).toMatchObject({
      keyAt: { line: 5, column: 7, offset: at('"l"') },
      valueAt: { line: 5, column: 11, offset: at("2]") },
    });
    expect(graph.attrs.get("goal")?.valueAt).toEqual({ line: 2, column: 10, offset: at('"x') });
  });

  it("R-LANG-1: edges know both their ends", () => {
    expect(graph.edges.map(({ at, toAt }) => [at, toAt])).toEqual([
      [
        { line: 6, column: 3, offset: at("b ->") },
        { line: 6, column: 9, offset: at("c d") },
      ],
      [
        { line: 6, column: 3, offset: at("b ->") },
        { line: 6, column: 11, offset: at("d}") },
      ],
    ]);
  });

  it("R-LANG-1: a byte order mark takes no column", () => {
    expect(graphOf("\uFEFFdigraph G { a }").nodes.get("a")?.at).toEqual({ line: 1, column: 13, offset: 13 });
  });
});
