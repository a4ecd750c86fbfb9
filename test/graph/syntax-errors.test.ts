import { describe, expect, it } from "vitest";
import { parse } from "../../engine/graph/parse.ts";
import { expectErrors } from "./parse-errors.ts";

describe("a forgotten quote", () => {
  it("R-LANG-1: at the end: the string that swallowed the next one is blamed, at its start", () => {
    expectErrors('digraph G {\n a [p=¦"one, x=1]\n b [p="two"]\n c [p="three"]\n}', [
      "dot_string",
      /Close it/,
    ]);
    expectErrors('digraph G {\n a [p=¦"one]\n}', ["dot_string", /Close it/]);
  });

  it("R-LANG-1: at the end, where the next string begins with a mark", () => {
    expectErrors('digraph G {\n a [p=¦"one]\n b -> c [label="[A] Yes"]\n c [p="three"]\n}', [
      "dot_string",
      /Close it/,
    ]);
  });

  it("R-LANG-1: at the end, where the next string begins like a comment", () => {
    expectErrors('digraph G {\n label=¦"one\n color="#dddddd"\n}', ["dot_string", /Close it/]);
  });

  it("R-LANG-1: strings of several lines before it are not blamed", () => {
    expectErrors('digraph G {\n a [p="one\n  two=\n"]\n b [p=¦"three]\n c [p="x"]\n}', [
      "dot_string",
      /Close it/,
    ]);
  });

  it("R-LANG-1: a string that ends in `=` is not blamed for what follows it", () => {
    expectErrors('digraph G { a [p="x=", ¦q] }', ["dot_missing_value", /q/]);
    expectErrors('digraph G {\n a [p="\nx="]\n a ¦b\n}', ["dot_missing_arrow", /->/]);
  });

  it("R-LANG-1: at the start", () => {
    expectErrors('digraph G {\n a [p=¦one", x=1]\n b [p="two"]\n}', ["dot_string", /opening/]);
    expectErrors('digraph G {\n a [p=one ¦two", x=1]\n b [p="two"]\n}', ["dot_string", /opening/]);
  });

  it("R-LANG-1: a quote inside a string", () => {
    expectErrors('digraph G {\n a [p=¦"say "hi" now"]\n}', ["dot_string", /\\"/]);
  });
});

describe("names", () => {
  it("R-LANG-1: ids that would do harm as a folder, a ref or a word of a command", () => {
    expectErrors(
      'digraph G {\n ¦"a b"\n ¦"../x"\n ¦"-n"\n ¦""\n ¦"a."\n ¦"a..b"\n ¦"x-"\n ¦"a/b"\n ¦"x\ty"\n a -> ¦"a@2"\n}',
      ["dot_name", /a_b/],
      ...Array.from({ length: 9 }, () => ["dot_name", /label/] as const),
    );
    expectErrors(`digraph G { ¦${"x".repeat(101)} }`, ["dot_name", /label/]);
  });

  it("R-LANG-1: ids that need quotes in DOT", () => {
    expectErrors(
      "digraph G {\n ¦my-node\n a -> ¦b.c\n}",
      ["dot_name", /"my-node" or my_node/],
      ["dot_name", /"b.c"/],
    );
    expectErrors("digraph ¦my-graph { a }", ["dot_name", /"my-graph"/]);
  });

  it("R-LANG-1: keywords", () => {
    expectErrors(
      "digraph G {\n ¦node -> a\n a -> ¦edge\n ¦Graph = x\n ¦node\n}",
      ...Array.from({ length: 4 }, () => ["dot_keyword", /in quotes/] as const),
    );
  });

  it("R-LANG-1: names of attributes", () => {
    expectErrors(
      'digraph G {\n a [¦max-retries=1]\n a [¦"two words"=1]\n}',
      ["dot_name", /letters/],
      ["dot_name", /letters/],
    );
  });
});

describe("what has no meaning", () => {
  it("R-LANG-1: attributes on a block, or before the end of an edge", () => {
    expectErrors("digraph G {\n {a b} ¦[x=1]\n}", ["dot_subgraph", /`node \[\.\.\]`/]);
    expectErrors("digraph G {\n a [x=1] ¦-> b\n}", ["dot_syntax", /last/]);
  });

  it("R-LANG-1: one name for subgraphs of two blocks", () => {
    expectErrors("digraph G {\n subgraph s {a}\n subgraph t {\n subgraph ¦s {b}\n }\n subgraph s {c}\n}", [
      "dot_subgraph",
      /own name/,
    ]);
  });

  it("R-LANG-1: text after the graph", () => {
    expectErrors("digraph G {\n a\n}\n¦}", ["dot_brackets", /Remove/]);
    expectErrors("digraph G {\n }\n ¦a -> b\n}", ["dot_brackets", /Remove/]);
  });

  it("R-LANG-1: characters of no language", () => {
    expectErrors(
      "digraph G {\n a ¦& b\n c [x=1 ¦%]\n ¦\u0000\n d\u200b¦\n ¦\u00a0e\n}".replace("d\u200b¦", "d¦\u200b"),
      ...Array.from({ length: 5 }, () => ["dot_character", /quotes/] as const),
    );
  });
});

describe("several errors", () => {
  it("R-LANG-1: are reported together, one a line", () => {
    expectErrors(
      "digraph G {\n a ¦b c d\n x [¦y]\n a -> ¦;\n b [¦fast slow] ; c d\n e ¦-- f\n g [x=1] ¦-> h -> \n}",
      ["dot_missing_arrow", /./],
      ["dot_missing_value", /./],
      ["dot_syntax", /./],
      ["dot_missing_equals", /./],
      ["dot_undirected", /./],
      ["dot_syntax", /./],
    );
  });

  it("R-LANG-1: of the grammar alone are found one after the other", () => {
    expectErrors(
      "digraph G {\n a -> ¦[x=1]\n b -> c\n d [x=1¦,,y=2]\n}".replace("¦,,", ",¦,"),
      ["dot_syntax", /./],
      ["dot_syntax", /./],
    );
  });

  it("R-LANG-1: that only follow from a line passed over are not reported", () => {
    expectErrors("digraph G {\n x ->\n a [y=1] ¦-> b\n}", ["dot_syntax", /last/]);
  });

  it("R-LANG-1: are at most fifty", () => {
    const { diagnostics } = parse(`digraph G {\n${"a b\n".repeat(1000)}}`);
    expect(diagnostics).toHaveLength(50);
  });
});
