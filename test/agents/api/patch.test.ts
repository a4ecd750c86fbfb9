import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parsePatch } from "../../../engine/agents/api/patch/parse.ts";
import { PATCH_EXAMPLE } from "../../../engine/agents/api/patch/types.ts";
import type { ToolPlace } from "../../../engine/agents/api/tool-host/place.ts";
import { applyPatch } from "../../../engine/agents/api/tool-host/write.ts";
import { putFiles } from "../../put-files.ts";
import { MALFORMED, type Malformed } from "./patch-corpus.ts";
import { FILES } from "./patch-files.ts";

function place(files: Readonly<Record<string, string>>): ToolPlace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "patch-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  putFiles(root, files);
  return { root, statusPath: null, statusReal: null, scratch: join(root, "no-scratch") };
}

const patch = (...lines: string[]): string => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
const read = ({ root }: ToolPlace, path: string): string => readFileSync(join(root, path), "utf8");

describe("AL-9.2.1: the patch format", () => {
  it("adds, deletes, changes and moves files in one patch", async () => {
    const at = place({ "a.txt": "one\ntwo\nthree\n", "b.txt": "gone\n", "c.txt": "x\ny\n" });
    const said = await applyPatch(
      at,
      patch(
        ...["*** Add File: d/new.txt", "+hello", "+", "+there", "*** Delete File: b.txt"],
        ...["*** Update File: a.txt", "@@", " one", "-two", "+TWO", " three"],
        ...["*** Update File: c.txt", "*** Move to: e.txt", "@@", "-x", "+X", " y"],
      ),
    );
    expect(said).toBe("applied:\nA d/new.txt\nD b.txt\nM a.txt\nM c.txt -> e.txt");
    expect([read(at, "d/new.txt"), read(at, "a.txt"), read(at, "e.txt")]).toEqual([
      "hello\n\nthere\n",
      "one\nTWO\nthree\n",
      "X\ny\n",
    ]);
    expect(() => read(at, "b.txt")).toThrow();
    expect(() => read(at, "c.txt")).toThrow();
  });

  it("several places of one file, found by the line that stands above", async () => {
    const body = "  return 1;\n}\n";
    const at = place({
      "a.ts": `function one() {\n${body}function two() {\n${body}function three() {\n${body}`,
    });
    await applyPatch(
      at,
      patch(
        "*** Update File: a.ts",
        "@@ function two() {",
        "-  return 1;",
        "+  return 2;",
        " }",
        "@@ function three() {",
        "-  return 1;",
        "+  return 3;",
      ),
    );
    expect(read(at, "a.ts")).toBe(
      `function one() {\n${body}function two() {\n  return 2;\n}\nfunction three() {\n  return 3;\n}\n`,
    );
  });

  it("the end of the file is a place of its own", async () => {
    const at = place({ "a.txt": "x\nend\nx\nend\n" });
    await applyPatch(at, patch("*** Update File: a.txt", "@@", " x", "-end", "+END", "*** End of File"));
    expect(read(at, "a.txt")).toBe("x\nend\nx\nEND\n");
    await applyPatch(at, patch("*** Update File: a.txt", "@@", "+more", "*** End of File"));
    expect(read(at, "a.txt")).toBe("x\nend\nx\nEND\nmore\n");
  });

  it("first to the letter, then by spaces, then by signs that look alike; what stays is as the file has it", async () => {
    const at = place({ "a.txt": "\tsay(“hi”)  \n\tgo()\n" });
    await applyPatch(at, patch("*** Update File: a.txt", "@@", ' say("hi")', "-go()", "+\tstop()"));
    expect(read(at, "a.txt")).toBe("\tsay(“hi”)  \n\tstop()\n");
  });

  it("line ends and a missing last line feed stay as they are", async () => {
    const at = place({ "a.txt": "one\r\ntwo\r\n", "b.txt": "one\ntwo" });
    await applyPatch(
      at,
      patch("*** Update File: a.txt", "@@", "-one", "+1", "*** Update File: b.txt", "@@", "-two", "+2"),
    );
    expect([read(at, "a.txt"), read(at, "b.txt")]).toEqual(["1\r\ntwo\r\n", "one\n2"]);
  });

  it("a line of spaces is read in one pass", async () => {
    const at = place({ "a.txt": "one\n" });
    for (const line of [" ".repeat(200_000), `patch${" ".repeat(200_000)}`])
      await expect(applyPatch(at, `${line}x\n`)).rejects.toThrow(/was not applied/);
  });

  it("all or nothing: the first file stays as it was when the second does not fit", async () => {
    const at = place({ "a.txt": "one\n", "b.txt": "two\n" });
    const both = patch(
      "*** Update File: a.txt",
      "@@",
      "-one",
      "+1",
      "*** Update File: b.txt",
      "@@",
      "-three",
      "+3",
    );
    await expect(applyPatch(at, both)).rejects.toThrow(/no file was changed: hunk 1 of b.txt does not match/);
    expect(read(at, "a.txt")).toBe("one\n");
  });

  it.each(["../out.txt", "/etc/passwd", "link/x"])("never leaves the worktree: %s", async (path) => {
    const at = place({ "a.txt": "one\n" });
    const { symlinkSync } = await import("node:fs");
    symlinkSync("/tmp", join(at.root, "link"));
    await expect(applyPatch(at, patch(`*** Add File: ${path}`, "+x"))).rejects.toThrow(
      /outside the worktree/,
    );
  });
});

/** The incident's tool: to the letter of the format or not at all. */
function strictly(text: string): boolean {
  try {
    return parsePatch(text).adapted.length === 0;
  } catch {
    return false;
  }
}

async function outcome({ patch: text }: Malformed): Promise<"as meant" | "refused" | string> {
  const at = place(FILES);
  try {
    await applyPatch(at, text);
  } catch (error) {
    expect((error as Error).message).toContain(PATCH_EXAMPLE);
    for (const [path, before] of Object.entries(FILES)) expect(read(at, path)).toBe(before);
    return "refused";
  }
  const now = Object.keys(FILES).map((path) => {
    try {
      return read(at, path);
    } catch {
      return null;
    }
  });
  return JSON.stringify(now);
}

describe("R-AGENT-5: patches that are not in the format", () => {
  it.each(MALFORMED.filter(({ unsafe }) => !unsafe).map((each) => [each.name, each] as const))(
    "%s",
    async (_, each) => {
      expect(strictly(each.patch)).toBe(false);
      const expected = Object.entries(FILES).map(([path, text]) =>
        path in each.after! ? each.after![path]! : text,
      );
      expect(await outcome(each)).toBe(JSON.stringify(expected));
    },
  );

  it.each(MALFORMED.filter(({ unsafe }) => unsafe).map((each) => [each.name, each] as const))(
    "refused, with an example and no file changed: %s",
    async (_, each) => {
      expect(await outcome(each)).toBe("refused");
    },
  );

  it("of all that failed before, a fifth fails now", async () => {
    const failedBefore = MALFORMED.filter(({ patch: text }) => !strictly(text)).length;
    const now = await Promise.all(MALFORMED.map(outcome));
    const failedNow = now.filter((end) => end === "refused").length;
    expect(failedBefore).toBe(MALFORMED.length);
    expect(failedNow / failedBefore).toBeLessThanOrEqual(1 / 5);
  });
});
