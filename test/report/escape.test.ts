import { marked } from "marked";
import { describe, expect, it } from "vitest";
import {
  codeBlock,
  details,
  escapeCell,
  inlineCode,
  neutraliseMentions,
  plainText,
} from "../../engine/report/escape.ts";

const HOSTILE = [
  "plain words",
  "a | b || c",
  "back`tick ``two``",
  "**bold** _em_ ~~no~~ snake_case __init__",
  "[link](javascript:alert(1)) ![img](x)",
  "<script>alert(1)</script><img src=x onerror=y>",
  "a\\|b \\` trailing \\",
  "&lt; &amp; &#64; &commat;octocat",
  "- item",
  "# heading",
  "1. first",
  "=====",
  "</details></code></td>",
  "ünïcødé 漢字 🎉",
  "~~~",
  "```js",
];

/** What a reader sees of rendered markdown, tags gone and entities decoded; zero-width marks do not show. */
function visible(html: string): string {
  const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" };
  return html
    .replace(/<[^>]*>/g, "")
    .replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name: string) => {
      if (/^#\d+$/.test(name)) return String.fromCodePoint(Number(name.slice(1)));
      return entities[name] ?? whole;
    })
    .replaceAll("\u200b", "")
    .trim();
}

describe("a table cell", () => {
  it.each(HOSTILE)("shows %j as it is, as one cell and without markup", (text) => {
    const html = marked.parse(`| a | b |\n|---|---|\n| ${escapeCell(text)} | end |\n`, { async: false });
    const cells = Array.from(html.matchAll(/<td>([\s\S]*?)<\/td>/g), (match) => match[1]!);
    expect(cells).toHaveLength(2);
    expect(cells[0]).not.toMatch(/<(?!\/?code\b)/);
    expect(visible(cells[0]!)).toBe(text);
  });

  it.each(HOSTILE)("shows %j as inline code", (text) => {
    const html = marked.parse(`| a | b |\n|---|---|\n| ${inlineCode(text)} | end |\n`, { async: false });
    const cells = Array.from(html.matchAll(/<td>([\s\S]*?)<\/td>/g), (match) => match[1]!);
    expect(cells).toHaveLength(2);
    expect(cells[0]!.replace(/^<code>|<\/code>$/g, "")).not.toContain("<");
    expect(visible(cells[0]!)).toBe(text);
  });

  it.each(HOSTILE)("shows %j as a paragraph of its own", (text) => {
    const html = marked.parse(`${escapeCell(text)}\n`, { async: false });
    expect(html).toMatch(/^<p>[^<]*<\/p>\n$/);
    expect(visible(html)).toBe(text);
  });

  it("is one line, whatever the text holds", () => {
    expect(escapeCell("a\r\nb\u2028c\td")).toBe("a b c d");
  });

  it("leaves names and numbers readable in the source", () => {
    expect(escapeCell("impl_scaffold took 1.5 s")).toBe("impl_scaffold took 1.5 s");
  });
});

describe("mentions", () => {
  it.each([
    "@octocat",
    "cc @org/team now",
    "(@octocat)",
    "_@octocat_",
    "`@octocat`",
    "x\n@octocat",
    "&commat;octocat",
    "&#64;octocat",
    "&#x40;octocat",
    "&#0064;octocat",
    "**a**@octocat",
    ".@octocat",
  ])("R-FAIL-1: %j notifies nobody and reads the same", (text) => {
    const safe = neutraliseMentions(text);
    expect(safe).not.toMatch(/(@|&commat;|&#x?0*[64]{2};|&#x40;)[a-z]/i);
    expect(safe.replaceAll("\u200b", "")).toBe(text);
    expect(neutraliseMentions(safe)).toBe(safe);
  });

  it("leaves addresses and package versions alone", () => {
    expect(neutraliseMentions("me@example.org pkg@1.2.3 a @ b")).toBe("me@example.org pkg@1.2.3 a @ b");
  });

  it("reach neither issues by number", () => {
    expect(escapeCell("fixes #12 and GH-7, owner/repo#3")).toBe(
      "fixes #\u200b12 and GH-\u200b7, owner/repo#3",
    );
  });
});

describe("a code block", () => {
  it.each(["```\n@octocat\n```", "````", "a\n  ~~~\n``````js\n", "</details>"])(
    "is not closed by %j",
    (text) => {
      const html = marked.parse(`${codeBlock(text)}\n\nafter`, { async: false });
      expect(html.match(/<pre>/g)).toHaveLength(1);
      expect(html).toMatch(/<p>after<\/p>\s*$/);
      expect(visible(html.slice(0, html.indexOf("</pre>")))).toBe(text.trim());
    },
  );

  it("loses terminal colours and control characters only", () => {
    expect(plainText("\x1b[31mred\x1b[0m\x07 \u202eevil\r\nnext \x1b]8;;http://x\x07link")).toBe(
      "red evil\nnext link",
    );
  });
});

it("a folded part keeps its summary inside the tag", () => {
  expect(details("a </summary> b", "body")).toBe(
    "<details><summary>a &lt;/summary&gt; b</summary>\n\nbody\n\n</details>",
  );
});
