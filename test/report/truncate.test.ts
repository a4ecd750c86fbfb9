import fc from "fast-check";
import { marked } from "marked";
import { expect, it } from "vitest";
import { codeBlock, details } from "../../engine/report/escape.ts";
import { truncateMarkdown } from "../../engine/report/truncate.ts";

it("leaves a text that fits as it is", () => {
  expect(truncateMarkdown("short", 5)).toBe("short");
});

it("keeps the bound and never splits a character, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 900 }), fc.nat(800), (text, max) => {
      const cut = truncateMarkdown(text, max);
      expect(cut.length).toBeLessThanOrEqual(max);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});

it("closes what the cut left open, and says what is missing", () => {
  const text = details("log", codeBlock(`${"a line of output\n".repeat(200)}\`\`\`\`\nmore`));
  const cut = truncateMarkdown(text, 1000);
  expect(cut.length).toBeLessThanOrEqual(1000);
  expect(cut).toMatch(
    /\n`{5}\n\n<\/details>\n\n_… cut here: 2,\d{3} of 3,\d{3} characters are not shown\._$/,
  );
  expect(marked.parse(cut, { async: false })).toMatch(/<p><em>… cut here/);
});

it("cuts at the end of a line", () => {
  const cut = truncateMarkdown("0123456789\n".repeat(100), 500);
  expect(cut.split("\n\n")[0]).toMatch(/^(0123456789\n)+0123456789$/);
});

it("does not take a marker inside a block for its end", () => {
  const text = `~~~\n\`\`\`\n<details>\n${"x\n".repeat(500)}`;
  const cut = truncateMarkdown(text, 400);
  expect(cut).toMatch(/x\n~~~\n\n_…/);
  expect(cut).not.toContain("</details>");
});
