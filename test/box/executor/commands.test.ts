import { describe, expect, it } from "vitest";
import { parsePairs } from "../../../box/executor/job/command-files.ts";
import { parseCommand } from "../../../box/executor/job/commands.ts";
import { createMasks } from "../../../box/executor/job/masks.ts";

const known = new Set(["error", "group", "add-mask"]);

describe("workflow commands", () => {
  it("carry properties and data, unescaped", () => {
    const command = parseCommand("::error file=a%2Cb.ts,line=3,title=No%3A::first%0Asecond 100%25", known);
    expect(command?.name).toBe("error");
    expect(Object.fromEntries(command?.properties ?? [])).toEqual({
      file: "a,b.ts",
      line: "3",
      title: "No:",
    });
    expect(command?.data).toBe("first\nsecond 100%");
  });

  it("may be indented, may stand in brackets anywhere in a line", () => {
    expect(parseCommand("   ::group::x", known)?.data).toBe("x");
    expect(parseCommand("noise ##[group]x", known)?.name).toBe("group");
  });

  it("are only the known ones; all else is output", () => {
    for (const line of ["::nothing::x", "a ::error::x", "::error x", "std::vector::size()", "::"]) {
      expect(parseCommand(line, known)).toBeUndefined();
    }
  });
});

describe("command files", () => {
  it("hold name=value lines, of which the first = counts", () => {
    expect(parsePairs("a=1\n\nb=x=y\r\nc=\n")).toEqual([
      ["a", "1"],
      ["b", "x=y"],
      ["c", ""],
    ]);
  });

  it("hold heredocs with blank lines and what looks like a pair in them", () => {
    expect(parsePairs("a<<EOF\n\nx=1\n  EOF\nEOF\nb=2")).toEqual([
      ["a", "\nx=1\n  EOF"],
      ["b", "2"],
    ]);
    expect(parsePairs("a<<EOF\nEOF\n")).toEqual([["a", ""]]);
  });

  it.each([
    ["just text", "Invalid format 'just text'"],
    ["a<<EOF\nx\n", "Invalid value. Matching delimiter not found 'EOF'"],
    ["<<EOF\nEOF\n", "Invalid format '<<EOF'"],
    ["a<<\nx\n", "Invalid format 'a<<'"],
  ])("refuse %j", (text, message) => {
    expect(() => parsePairs(text)).toThrow(message);
  });
});

describe("masks", () => {
  const masks = createMasks();
  masks.add("s3cret/+value");
  masks.add("line one\nline two");

  it.each([
    "s3cret/+value",
    "a line one b",
    Buffer.from("s3cret/+value").toString("base64"),
    Buffer.from("x:s3cret/+value").toString("base64"),
    encodeURIComponent("s3cret/+value"),
  ])("hide %s", (text) => {
    const masked = masks.mask(text);
    expect(masked).toContain("***");
    expect(masked).not.toContain("s3cret");
  });

  it("leave the rest alone, and blank values are no secret", () => {
    masks.add("  ");
    expect(masks.mask("nothing  here")).toBe("nothing  here");
  });
});
