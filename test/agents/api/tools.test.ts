import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { headOf, LIMITS, shortenOutput } from "../../../engine/agents/api/tool-host/limits.ts";
import { DEFAULT_LINES, readFile, readMany } from "../../../engine/agents/api/tool-host/read.ts";
import { glob, grep, listDir } from "../../../engine/agents/api/tool-host/search.ts";
import { editFile, writeFile } from "../../../engine/agents/api/tool-host/write.ts";
import { problemOfInput } from "../../../engine/agents/api/tools/check-input.ts";
import { AGENT_TOOLS } from "../../../engine/agents/api/tools/definitions.ts";
import { ends, trial } from "./attempt.ts";
import { place } from "./place.ts";

describe("AL-9.4: file tools stay in the worktree", () => {
  it("no way out by dots, absolute paths or links", async () => {
    const at = place({ "a.txt": "a" });
    symlinkSync(at.outside, join(at.root, "folder"));
    symlinkSync(join(at.outside, "secret.txt"), join(at.root, "file"));
    symlinkSync(join(at.outside, "not-yet"), join(at.root, "dangling"));
    for (const path of [
      "../outside/secret.txt",
      join(at.outside, "secret.txt"),
      "folder/secret.txt",
      "file",
    ]) {
      await expect(readFile(at, { path })).rejects.toThrow(/outside the worktree/);
      await expect(writeFile(at, { path, content: "x" })).rejects.toThrow(/outside the worktree/);
      await expect(editFile(at, { path, old_string: "secret", new_string: "x" })).rejects.toThrow(/outside/);
    }
    await expect(writeFile(at, { path: "dangling", content: "x" })).rejects.toThrow(/link to nothing/);
    await expect(writeFile(at, { path: "folder/new.txt", content: "x" })).rejects.toThrow(/outside/);
    await expect(listDir(at, { path: "folder" })).rejects.toThrow(/outside/);
    await expect(grep(at, { pattern: "secret", path: ".." })).rejects.toThrow(/outside/);
    expect(await grep(at, { pattern: "secret" })).toBe("nothing matches secret");
    expect(readFileSync(join(at.outside, "secret.txt"), "utf8")).toBe("secret");
  });

  it("links within the worktree are followed; pipes are not waited for; git's own files are not written", async () => {
    const at = place({ "real/a.txt": "hello" });
    symlinkSync("real", join(at.root, "way"));
    expect(await readFile(at, { path: "way/a.txt" })).toBe("1\thello");
    execFileSync("mkfifo", [join(at.root, "pipe")]);
    await expect(readFile(at, { path: "pipe" })).rejects.toThrow(/no ordinary file/);
    await expect(writeFile(at, { path: ".git/config", content: "x" })).rejects.toThrow(/belongs to git/);
  });

  it("the status file alone may be written outside", async () => {
    const at = place();
    await writeFile(at, { path: at.statusPath!, content: "{}" });
    expect(readFileSync(at.statusPath!, "utf8")).toBe("{}");
    await expect(writeFile(at, { path: join(dirname(at.statusPath!), "x"), content: "x" })).rejects.toThrow(
      /outside/,
    );
  });
});

describe("AL-9.3: the tools one by one", () => {
  it("reads numbered lines, a window of them, and says what is left", async () => {
    const at = place({
      "a.txt": Array.from({ length: DEFAULT_LINES + 5 }, (_, nth) => `line ${nth + 1}`).join("\n"),
      bin: "a\0b",
      empty: "",
    });
    expect(await readFile(at, { path: "a.txt", offset: 3, limit: 2 })).toBe(
      "3\tline 3\n4\tline 4\n[... 2001 more lines: read on with offset 5 ...]",
    );
    expect(await readFile(at, { path: "a.txt" })).toContain(
      "[... 5 more lines: read on with offset 2001 ...]",
    );
    await expect(readFile(at, { path: "a.txt", offset: 9999 })).rejects.toThrow(/has 2005 lines/);
    await expect(readFile(at, { path: "bin" })).rejects.toThrow(/binary file of 3 bytes/);
    await expect(readFile(at, { path: "." })).rejects.toThrow(/is no ordinary file|is a folder/);
    expect(await readFile(at, { path: "empty" })).toBe("empty is empty");
  });

  it("AL-9.2.3: reads many at once, each failing for itself, and lists with depth", async () => {
    const at = place({ "a.txt": "A", "d/b.txt": "B", "d/e/c.txt": "C" });
    expect(await readMany(at, ["a.txt", "none", "d/b.txt"])).toBe(
      "=== a.txt ===\n1\tA\n\n=== none ===\nerror: none is not there\n\n=== d/b.txt ===\n1\tB",
    );
    expect(await listDir(at, {})).toBe("a.txt\nd/");
    expect(await listDir(at, { depth: 3 })).toBe("a.txt\nd/\n  b.txt\n  e/\n    c.txt");
    await expect(listDir(at, { path: "none" })).rejects.toThrow(/is not there/);
  });

  it("AL-9.2.2: edits one exact place, or all when asked", async () => {
    const at = place({ "a.txt": "x = 1\ny = 1\n", "crlf.txt": "a\r\nb\r\n" });
    await expect(editFile(at, { path: "a.txt", old_string: "z", new_string: "w" })).rejects.toThrow(
      /is not in a.txt/,
    );
    await expect(editFile(at, { path: "a.txt", old_string: "1", new_string: "2" })).rejects.toThrow(
      /is 2 times in a.txt/,
    );
    await editFile(at, { path: "a.txt", old_string: "y = 1", new_string: "y = $&" });
    expect(readFileSync(join(at.root, "a.txt"), "utf8")).toBe("x = 1\ny = $&\n");
    await writeFile(at, { path: "a.txt", content: "1 1 1" });
    await editFile(at, { path: "a.txt", old_string: "1", new_string: "2", replace_all: true });
    expect(readFileSync(join(at.root, "a.txt"), "utf8")).toBe("2 2 2");
    await editFile(at, { path: "crlf.txt", old_string: "a\nb", new_string: "c\nd" });
    expect(readFileSync(join(at.root, "crlf.txt"), "utf8")).toBe("c\r\nd\r\n");
  });

  it("finds lines and files; a bad pattern is an answer", async () => {
    const at = place({
      "src/a.ts": "const One = 1;\n",
      "src/b.js": "one\none\n",
      "node_modules/x/a.ts": "one",
    });
    expect(await grep(at, { pattern: "one", ignore_case: true, glob: "*.ts" })).toBe(
      "src/a.ts:1:const One = 1;",
    );
    expect(await grep(at, { pattern: "one", max_results: 1 })).toBe(
      "src/b.js:1:one\n[... stopped at 1 results ...]",
    );
    await expect(grep(at, { pattern: "(" })).rejects.toThrow(/no regular expression/);
    const { utimesSync } = await import("node:fs");
    utimesSync(join(at.root, "src/a.ts"), 1, 1);
    expect(await glob(at, { pattern: "src/*" })).toBe("src/b.js\nsrc/a.ts");
    expect(await glob(at, { pattern: "*.py" })).toBe("no file matches *.py");
  });

  it("AL-9.3.3: arguments are checked against the schema", () => {
    const shell = AGENT_TOOLS.get("shell")!;
    expect(problemOfInput(shell, { command: "true", timeout_ms: null })).toBeNull();
    expect(problemOfInput(shell, {})).toBe("command is missing");
    expect(problemOfInput(shell, { command: 1 })).toBe("command must be a string");
    expect(problemOfInput(shell, { command: "x", timeout_ms: "1" })).toBe(
      "timeout_ms must be a whole number from 1",
    );
    expect(problemOfInput(shell, { command: "x", cmd: "y" })).toBe(
      "cmd is not known; known are command, timeout_ms",
    );
    expect(problemOfInput(AGENT_TOOLS.get("read_many_files")!, { paths: [] })).toBe(
      "paths must be a list that is not empty",
    );
    expect(problemOfInput(shell, ["command"])).toBe("the arguments must be an object");
  });
});

describe("AL-9.5: limits of output", () => {
  const whole = () => "/tmp/whole.txt";

  it("are the specification's", () => {
    const table = Object.fromEntries(
      Object.entries(LIMITS).map(([name, { chars, lines, keep }]) => [name, [chars, lines, keep]]),
    );
    expect(table).toMatchObject({
      read_file: [50_000, null, "ends"],
      shell: [30_000, 256, "ends"],
      grep: [20_000, 200, "tail"],
      glob: [20_000, 500, "tail"],
      edit_file: [10_000, null, "tail"],
      apply_patch: [10_000, null, "tail"],
      write_file: [1000, null, "tail"],
    });
  });

  it("characters first, always: one line of ten megabytes", () => {
    const cut = shortenOutput("shell", `head${"x".repeat(10_000_000)}tail`, whole);
    expect(cut.length).toBeLessThan(30_200);
    expect(cut).toMatch(
      /^headx+\n\[\.\.\. 9974104 characters left out here; the whole output is in \/tmp\/whole\.txt \.\.\.\]\nx+tail$/,
    );
  });

  it("R-SEC-4: a cut leaves no half of a secret that a mask would miss", () => {
    const secret = "Kq7-Zx9_Wv3-Yb5_Jd1-Gf8_Hm2";
    const pieces = Array.from({ length: secret.length - 3 }, (_, at) => secret.slice(at, at + 4));
    const seen = (text: string) => pieces.filter((piece) => text.replaceAll(secret, "***").includes(piece));
    for (const fill of ["x", "word\n"])
      for (const before of [5, 14, 25]) {
        const filled = (length: number) => fill.repeat(length).slice(0, length);
        for (const [tool, { chars, keep }] of Object.entries(LIMITS)) {
          const tail = keep === "ends" ? chars / 2 : chars;
          const text = `${filled(chars / 2 - before)}${secret}${filled(60_000)}${secret}${filled(tail - before)}`;
          expect([tool, before, seen(shortenOutput(tool, text, whole))]).toEqual([tool, before, []]);
        }
        expect(seen(headOf(`${filled(500_000 - before)}${secret}${filled(9)}`, 500_000))).toEqual([]);
      }
  });

  it("then lines: both ends of a command, the tail of the rest", () => {
    const lines = Array.from({ length: 1000 }, (_, nth) => String(nth)).join("\n");
    const shell = shortenOutput("shell", lines, whole).split("\n");
    expect([shell.length, shell[0], shell[128], shell.at(-1)]).toEqual([
      257,
      "0",
      "[... 744 lines left out here; the whole output is in /tmp/whole.txt ...]",
      "999",
    ]);
    const grepped = shortenOutput("grep", lines, whole).split("\n");
    expect([grepped.length, grepped[1], grepped.at(-1)]).toEqual([201, "800", "999"]);
    expect(shortenOutput("shell", "a\nb", whole)).toBe("a\nb");
  });
});

it("AL-9.4.5: no secret of the driver is in a command's environment", async () => {
  process.env.SOME_API_KEY = "canary-of-the-driver";
  onTestFinished(() => {
    delete process.env.SOME_API_KEY;
  });
  const { events } = await trial([
    { calls: [["shell", { command: "env; cat /proc/$PPID/environ | tr '\\0' '\\n'" }]] },
    { text: "Done." },
  ]);
  const said = String(ends(events)[0]!.output);
  expect(said).toContain("ATTRACTOR_NODE_ID=it");
  expect(said).not.toContain("canary-of-the-driver");
  expect(said).not.toContain("key-of-test");
});
