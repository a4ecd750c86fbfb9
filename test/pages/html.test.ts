import { describe, expect, it } from "vitest";
import { html, linkTo, trusted } from "../../engine/report/html/markup.ts";

describe("HTML by template", () => {
  it("escapes every value, in content and in quotes", () => {
    const hostile = `<script>alert("x")</script>' onload=a`;
    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
      `<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39; onload=a">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39; onload=a</p>`,
    );
  });

  it("takes markup that was made here as it is, also in lists, and leaves out what is not there", () => {
    const rows = ["a", "<b>"].map((each) => html`<li>${each}</li>`);
    expect(html`<ul>${rows}${null}${undefined}${false}${0}</ul>`.text).toBe(
      "<ul><li>a</li><li>&lt;b&gt;</li>0</ul>",
    );
    expect(html`${trusted("<svg></svg>")}`.text).toBe("<svg></svg>");
  });

  it("takes no parsed data for markup, whatever it looks like", () => {
    const forged = JSON.parse(`{"text":"<script></script>"}`);
    expect(html`<p>${forged}</p>`.text).not.toContain("<script>");
  });

  it("drops control characters and direction overrides", () => {
    expect(html`${"a\u202eb\u0007c\x1b[31md"}`.text).toBe("abcd");
  });

  it.each([
    ["https://example.com/a?b=c", "https://example.com/a?b=c"],
    ["/runs/ada/game", "/runs/ada/game"],
    ["javascript:alert(1)", "#"],
    ["JaVaScRiPt:alert(1)", "#"],
    ["data:text/html,x", "#"],
    ["//elsewhere.example", "#"],
    ["/\\elsewhere.example", "#"],
    [" https://example.com", "#"],
  ])("links %s to %s", (url, to) => {
    expect(linkTo(url)).toBe(to);
  });
});
