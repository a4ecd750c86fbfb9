import { describe, expect, it } from "vitest";
import { expectErrors } from "./parse-errors.ts";
import { edges, graphOf } from "./read.ts";

describe("the header", () => {
  it("R-LANG-1: a file without a graph", () => {
    expectErrors("¦", ["dot_header", /digraph name \{/]);
    expectErrors("¦ // nothing\n", ["dot_header", /digraph name \{/]);
    expectErrors("¦Some prose.", ["dot_header", /digraph name \{/]);
    expectErrors("¦{ a }", ["dot_header", /digraph name \{/]);
  });

  it("R-LANG-1: an undirected graph, with each of its edges", () => {
    expectErrors(
      "¦graph G {\n a ¦-- b\n c -> d ¦-- e\n}",
      ["dot_undirected", /`digraph`/],
      ["dot_undirected", /`->`/],
      ["dot_undirected", /`->`/],
    );
  });

  it("R-LANG-1: strict, and a name glued to the keyword", () => {
    expectErrors("¦strict digraph G { a }", ["dot_header", /Remove/]);
    expectErrors("¦digraphfoo { a }", ["dot_header", /`digraph foo`/]);
  });

  it("R-LANG-1: no opening brace", () => {
    expectErrors("digraph G¦\n a -> b\n}", ["dot_header", /digraph name \{/]);
    expectErrors("digraph¦", ["dot_header", /digraph name \{/]);
  });

  it("R-LANG-1: several graphs in one file", () => {
    expectErrors("digraph A { a }\n¦digraph B { b }", ["dot_several_graphs", /one graph per file/]);
    expectErrors("digraph A { a };\n¦strict graph B { b }", ["dot_several_graphs", /one graph per file/]);
  });

  it("R-LANG-1: a graph in a graph", () => {
    expectErrors("digraph A {\n ¦digraph B { b }\n}", ["dot_keyword", /`subgraph name/]);
  });
});

describe("what other dialects allow", () => {
  it("R-LANG-1: HTML labels", () => {
    expectErrors("digraph G { a [label=¦<<b>x</b>>, y=1] }", ["dot_html_label", /"quoted string"/]);
    expectErrors(
      "digraph G {\n a [label=¦<<b>\n  x</b>\n  >]\n a ¦b\n}",
      ["dot_html_label", /"quoted string"/],
      ["dot_missing_arrow", /`a -> b`/],
    );
    expectErrors("digraph G { a [label=¦<b>x] }", ["dot_html_label", /"quoted string"/]);
  });

  it("R-LANG-1: ports and compass points", () => {
    expectErrors(
      "digraph G {\n a¦:p:ne -> b\n a -> b ¦: s [x=1]\n}",
      ["dot_port", /Name only the node/],
      ["dot_port", /Name only the node/],
    );
  });

  it("R-LANG-1: single and typographic quotes", () => {
    expectErrors(
      "digraph G {\n a [x=¦'one two']\n b [x=¦“y”]\n}",
      ["dot_string", /straight/],
      ["dot_string", /straight/],
    );
  });

  it("R-LANG-1: other arrows", () => {
    expectErrors(
      "digraph G {\n a ¦=> b\n c ¦> d\n e ¦→ f\n g ¦- > h\n i ¦- j\n k ¦— l\n}",
      ...Array.from({ length: 6 }, () => ["dot_missing_arrow", /`a -> b`/] as const),
    );
  });

  it("R-LANG-1: a colon for an equals sign", () => {
    expectErrors("digraph G { a [¦fidelity: full, x=1] }", ["dot_missing_equals", /`fidelity=value`/]);
  });
});

describe("what was forgotten", () => {
  it("R-LANG-1: nothing, where an edge is over and the next statement begins on the same line", () => {
    expect(edges(graphOf("digraph G { start -> a a -> exit }"))).toEqual(["start -> a", "a -> exit"]);
  });

  it("R-LANG-1: an arrow after an edge, where the next name is another", () => {
    expectErrors("digraph G { start -> a ¦b -> exit }", ["dot_missing_arrow", /`a -> b`/]);
    expectErrors("digraph G { start -> a ¦b [x=1] }", ["dot_missing_arrow", /`a -> b`/]);
  });

  it("R-LANG-1: an arrow between two names", () => {
    expectErrors(
      'digraph G {\n a ¦b\n a ¦b [x=1]\n a ¦"b"\n {a b} ¦c\n a ¦{b c}\n a ¦subgraph s {b}\n}',
      ...Array.from({ length: 2 }, () => ["dot_missing_arrow", /`a -> b`/] as const),
      ["dot_missing_equals", /`a -> b`/],
      ...Array.from({ length: 3 }, () => ["dot_missing_arrow", /`a -> /] as const),
    );
  });

  it("R-LANG-1: an equals sign", () => {
    expectErrors(
      'digraph G {\n goal ¦"x"\n a [¦label "x"]\n a [x=1, ¦shape box, y=2]\n a [¦label"x"]\n}',
      ["dot_missing_equals", /`key = "value"`/],
      ["dot_missing_equals", /`label=value`/],
      ["dot_missing_equals", /`shape=value`/],
      ["dot_missing_equals", /`label=value`/],
    );
  });

  it("R-LANG-1: a value", () => {
    expectErrors(
      "digraph G {\n a [¦fast]\n a [x=1, ¦y=]\n a [¦x=, y=1]\n k ¦= ;\n}",
      ["dot_missing_value", /`fast=true`/],
      ["dot_missing_value", /`y=true`/],
      ["dot_missing_value", /`x=true`/],
      ["dot_missing_value", /`key = value`/],
    );
  });

  it("R-LANG-1: the quotes around several words", () => {
    expectErrors(
      "digraph G {\n a [label=Hello ¦big world, x=1]\n goal = Build ¦it\n}",
      ["dot_missing_value", /quotes/],
      ["dot_missing_value", /quotes/],
    );
  });

  it("R-LANG-1: quotes around what begins a comment", () => {
    expectErrors(
      "digraph G {\n url = ¦https://example.org/x\n color=¦#ff0000\n}",
      ["dot_comment", /quotes/],
      ["dot_comment", /Quote/],
    );
  });

  it("R-LANG-1: a name on either side of `=` or `->`", () => {
    expectErrors(
      "digraph G {\n a -> ¦;\n a [¦=1]\n ; ¦= x\n}",
      ["dot_syntax", /`a -> b`/],
      ["dot_syntax", /`name=value`/],
      ["dot_syntax", /`key = value`/],
    );
    expectErrors("digraph G {\n ¦-> a\n}", ["dot_syntax", /`a -> b`/]);
  });

  it("R-LANG-1: a closing bracket, blamed where it should stand", () => {
    expectErrors('digraph G {\n a [x=1,\n   y="2"¦\n b [x=1]\n}', ["dot_brackets", /`\]`/]);
    expectErrors("digraph G {\n a [x=1¦\n b -> c\n}", ["dot_brackets", /`\]`/]);
    expectErrors("digraph G {\n a [x=1¦\n}", ["dot_brackets", /`\]`/]);
  });

  it("R-LANG-1: an opening bracket", () => {
    expectErrors("digraph G {\n a ¦x=1, y=2]\n}", ["dot_missing_arrow", /`key = value`/]);
    expectErrors("digraph G {\n a\n x=1¦,\n y=2\n}", ["dot_brackets", /`\[`/]);
  });

  it("R-LANG-1: a closing brace, blamed by indentation", () => {
    expectErrors("digraph G {\n  subgraph s {\n    a\n    b¦\n  c -> a\n}", ["dot_brackets", /`\}`/]);
    expectErrors("digraph G {\n  subgraph s {\n    a¦\n}\n", ["dot_brackets", /`\}`/]);
    expectErrors("digraph G {\n  a -> b¦\n", ["dot_brackets", /`\}`/]);
  });

  it("R-LANG-1: an opening brace", () => {
    expectErrors("digraph G {\n ¦subgraph s\n  a\n }\n}", ["dot_subgraph", /`subgraph name/]);
    expectErrors("digraph G {\n ¦subgraph s;\n}", ["dot_subgraph", /`subgraph name/]);
  });

  it("R-LANG-1: the end of a comment", () => {
    expectErrors("\n ¦/* digraph G { b }", ["dot_comment", /`\*\/`/]);
    expectErrors("digraph G {\n a\n ¦/* b }", ["dot_comment", /`\*\/`/]);
  });

  it("R-LANG-1: the second string after +", () => {
    expectErrors('digraph G {\n a [x="1" ¦+ y]\n}', ["dot_string", /"one" \+ "two"/]);
    expectErrors('digraph G { k="1" ¦+', ["dot_string", /"one" \+ "two"/]);
  });
});
