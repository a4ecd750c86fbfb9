import { describe, expect, it } from "vitest";
import { markdown } from "../../demo/site/markdown.ts";

const shown = (source: string): string => markdown(source, ["http://127.0.0.1:1"]).text;

describe("comments as the demo shows them", () => {
  it("folds, tables and code of our own reports come through", () => {
    const text = shown(
      "<details><summary>2 more</summary>\n\n| a | b |\n|---|--:|\n| <code>x &#124; y</code> | 1 |\n\n</details>",
    );
    expect(text).toContain("<details><summary>2 more</summary>");
    expect(text).toContain("<code>x &#124; y</code>");
    expect(text).toContain('<td align="right">1</td>');
    expect(text).toContain("</details>");
  });

  it.each([
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<details ontoggle=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<code onclick=alert(1)>x</code>",
    "text <svg/onload=alert(1)> text",
    "<!-- --><iframe src=x></iframe><!-- never closed <script>",
    "<style>*{display:none}</style>",
    "</div></article><form action=/-/bestiary>",
    "\u00000\u0000<script>\u00001\u0000",
  ])("other markup is text: %j", (source) => {
    const tags = [...shown(source).matchAll(/<\/?([a-z][a-z0-9]*)([^>]*)>/gi)].map(
      (tag) => `${tag[1]}${tag[2]}`,
    );
    expect(tags.filter((tag) => !/^(?:p|code|details|summary|pre)$/.test(tag))).toEqual([]);
  });

  it("links lead to the web or to these pages, never to a script; pictures are their words", () => {
    expect(shown("[a](javascript:alert(1))")).toContain('href="#"');
    expect(shown("[a](<https://example.com/?a=1&b=2>)")).toContain('href="https://example.com/?a=1&amp;b=2"');
    expect(shown("[a](http://127.0.0.1:1/ada/game/pull/1)")).toContain('href="/ada/game/pull/1"');
    expect(shown("![words](https://example.com/x.png)")).not.toContain("<img");
  });

  it("a drawing in a hostile fence is still only text", () => {
    expect(shown('```mermaid\nflowchart TB\n a["</pre><script>"]\n```')).toBe(
      '<pre class="mermaid">flowchart TB\n a[&quot;&lt;/pre&gt;&lt;script&gt;&quot;]</pre>',
    );
  });

  it("hides the marker of a run's comment", () => {
    expect(shown("<!-- attractor:run:c1 -->\n### Title")).toBe("\n<h3>Title</h3>\n");
  });
});
