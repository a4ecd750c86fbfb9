import { describe, expect, it } from "vitest";
import { parse } from "../../engine/graph/parse.ts";
import { edges, graphOf } from "./read.ts";

/** Each `¦` marks where an error is expected: exactly there, in this order, and no other. */
function expectErrors(marked: string, ...expected: (readonly [rule: string, fix: RegExp])[]): void {
  const offsets = [...marked.matchAll(/¦/g)].map(({ index }, before) => index - before);
  const source = marked.replaceAll("¦", "");
  const { graph, diagnostics } = parse(source);
  expect(diagnostics.map(({ rule, at }) => [rule, at.offset])).toEqual(
    expected.map(([rule], i) => [rule, offsets[i]]),
  );
  for (const [i, [, fix]] of expected.entries()) expect(diagnostics[i]?.fix).toMatch(fix);
  for (const { severity, message, at } of diagnostics) {
    const before = source.slice(0, at.offset).split("\n");
    expect([at.line, at.column]).toEqual([before.length, before.at(-1)!.length + 1]);
    expect(severity).toBe("error");
    expect(message).not.toBe("");
  }
  expect(graph).toBeNull();
}

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
