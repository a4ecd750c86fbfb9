import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, describe, expect, it } from "vitest";
import { runValidate } from "../../cli/validate.ts";
import { ATTRACTOR } from "../attractor.ts";

const folder = mkdtempSync(join(tmpdir(), "attractor-validate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", auto_status=true]
  start -> work
  work -> exit [condition="outcome=success"]
}
`;
const WARNING = GOOD.replace("Do it", "Do it").replace("auto_status=true", "auto_status=true, fidelity=ful");
const BROKEN = GOOD.replace("outcome=success", "outcome==success");

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const attractor = (
  args: string[],
  input = "",
): Promise<{ exitCode?: number; stdout: string; stderr: string }> =>
  execa(process.execPath, [ATTRACTOR, ...args], { input, reject: false, env: { FORCE_COLOR: "1" } });

async function run(args: string[], options: { color?: boolean; input?: string } = {}) {
  let out = "";
  let err = "";
  const code = await runValidate(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => options.input ?? "",
    color: options.color ?? false,
  });
  return { code, out, err };
}

describe("attractor validate, as people run it", () => {
  it("exits 0 for a graph that may run, warnings included, and 2 for one that may not", async () => {
    const [good, warning, broken] = [
      file("good.dot", GOOD),
      file("warning.dot", WARNING),
      file("broken.dot", BROKEN),
    ];
    expect(await attractor(["validate", good])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await attractor(["validate", good, warning])).toMatchObject({ exitCode: 0 });
    expect(await attractor(["validate", good, broken])).toMatchObject({ exitCode: 2, stderr: "" });
  });

  it("prints the published JSON for several files at once", async () => {
    const [good, warning, broken] = [
      file("good.dot", GOOD),
      file("warning.dot", WARNING),
      file("broken.dot", BROKEN),
    ];
    const { exitCode, stdout } = await attractor(["validate", "--json", good, warning, broken]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      diagnostics: [
        {
          rule: "fidelity_valid",
          severity: "warning",
          message: '"ful" is no fidelity mode; did you mean full?',
          file: warning,
          line: 4,
          column: 52,
          node_id: "work",
          fix: "Write one of full, truncate, compact, summary:low, summary:medium, summary:high.",
        },
        {
          rule: "condition_syntax",
          severity: "error",
          message: "the condition cannot be read: unknown operator `==`",
          file: broken,
          line: 6,
          column: 35,
          edge: { from: "work", to: "exit" },
          fix: "write a single `=`",
        },
      ],
    });
  });

  it("reads standard input with -", async () => {
    const { exitCode, stdout } = await attractor(["validate", "--json", "-"], BROKEN);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout).diagnostics).toMatchObject([{ file: "<stdin>", line: 6, column: 35 }]);
    expect(await attractor(["validate", "--graph", "-"], GOOD)).toMatchObject({ exitCode: 0 });
  });

  it("says which file cannot be read, still checks the others, and exits 2", async () => {
    const missing = join(folder, "missing.dot");
    const { exitCode, stdout } = await attractor(["validate", missing, file("broken.dot", BROKEN)]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(`${missing}:1:1 error ${missing} cannot be read: there is no such file`);
    expect(stdout).toContain("[condition_syntax]");
  });

  it("prints no colours into a pipe", async () => {
    expect((await attractor(["validate", file("broken.dot", BROKEN)])).stdout).not.toContain("\u001b");
  });

  it("ends quietly when its reader goes away", async () => {
    const many = file(
      "many.dot",
      GOOD.replace("start -> work\n", "start -> work\n".concat("work -> work [wieght=x]\n".repeat(3000))),
    );
    const { exitCode, stdout, stderr } = await execa(
      "bash",
      ["-c", `set -o pipefail; "$0" "$1" validate "$2" | head -n 1`, process.execPath, ATTRACTOR, many],
      { reject: false },
    );
    expect(stdout.split("\n")).toHaveLength(1);
    expect(stderr).toBe("");
    expect([0, 2]).toContain(exitCode);
  });

  it("is listed by help, and a misspelt command is guessed", async () => {
    expect((await attractor(["help"])).stdout).toMatch(
      /^usage: attractor COMMAND[\s\S]*\n {2}validate +check graphs/,
    );
    expect(await attractor(["valdate"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("did you mean validate?"),
    });
    expect(await attractor([])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("usage:") });
  });
});

describe("usage", () => {
  it.each([
    [[], "name at least one graph"],
    [["--jsn", "a.dot"], "--jsn"],
    [["-", "-"], "only once"],
  ])("%j exits 2 and says why", async (args, problem) => {
    const { code, out, err } = await run(args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(problem);
    expect(err).toContain("usage: attractor validate");
  });

  it("--help explains and exits 0", async () => {
    expect(await run(["--help"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("usage: attractor validate"),
    });
  });

  it("a folder is told apart from a missing file", async () => {
    expect((await run([folder])).out).toContain("it is a folder");
  });
});

describe("the output for people", () => {
  const shown = async (input: string, color = false): Promise<string> =>
    (await run(["-"], { input, color })).out;

  it("shows the line, a caret under the spot, the fix and a count", async () => {
    expect(await shown(BROKEN)).toBe(
      [
        "<stdin>:6:35 error the condition cannot be read: unknown operator `==` [condition_syntax]",
        '6 |   work -> exit [condition="outcome==success"]',
        "  |                                   ^",
        "  = write a single `=`",
        "",
        "1 graph: 1 error",
        "",
      ].join("\n"),
    );
    expect(await shown(GOOD)).toBe("1 graph: nothing to complain about\n");
  });

  it("keeps the caret under the spot behind tabs, wide letters and combining marks", async () => {
    const source = BROKEN.replace("  work -> exit [", '\t\twork -> exit [label="日本語 e\u0301 🚀", ');
    const [, line, caret] = (await shown(source)).split("\n");
    expect(line).toContain("6 |   work -> exit");
    const before = line!.slice(0, line!.indexOf("==success"));
    expect(caret!.indexOf("^")).toBe(before.length + 3 - 1);
  });

  it("cuts long lines round the spot", async () => {
    const source = BROKEN.replace("[condition", `[label="${"x".repeat(5000)}", condition`);
    const [, line, caret] = (await shown(source)).split("\n");
    expect(line!.length).toBeLessThan(130);
    expect(line!.slice(caret!.indexOf("^"))).toMatch(/^==success/);
  });

  it("paints only when a person reads it", async () => {
    expect(await shown(BROKEN, true)).toContain("\u001b[31;1merror\u001b[0m");
    expect(await shown(BROKEN, false)).not.toContain("\u001b");
  });

  it("never lets a graph's text steer the terminal", async () => {
    const source = BROKEN.replace("[condition", '[label="\u001b[2J\u202e\u0007", condition').replace(
      "work [",
      "work [\u001b[31mx=1, ",
    );
    const out = await shown(source);
    expect(out).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

describe("prompt files", () => {
  it("are read beside the graph, and a missing one is an error", async () => {
    mkdirSync(join(folder, "prompts"), { recursive: true });
    writeFileSync(join(folder, "prompts", "a.md"), "Do it");
    const graph = (path: string): string =>
      file("prompted.dot", GOOD.replace('prompt="Do it"', `prompt_file="${path}"`));
    expect(await run([graph("prompts/a.md")])).toMatchObject({ code: 0 });
    const { code, out } = await run([graph("prompts/b.md")]);
    expect(code).toBe(2);
    expect(out).toContain("[prompt_file_missing]");
  });
});
