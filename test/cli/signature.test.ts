import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { runSignature } from "../../cli/signature.ts";
import { ATTRACTOR } from "../attractor.ts";

async function run(args: string[], input = "") {
  let out = "";
  let err = "";
  const code = await runSignature(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => input,
    color: true,
  });
  return { code, lines: out.split("\n").slice(0, -1), out, err };
}

describe("attractor signature", () => {
  it("--json says which reason has which signature", async () => {
    const { code, out } = await run(["--node", "verify", "--json"], "no main.rs\nno main.rs\n");
    expect(code).toBe(0);
    const { signatures } = JSON.parse(out);
    expect(signatures).toHaveLength(2);
    expect(signatures[0]).toEqual({ reason: "no main.rs", signature: signatures[1].signature });
  });

  it("R-BRK-1: prints one signature a line, and nothing else", async () => {
    const reasons =
      "src/a.ts(1,2): error TS2304: Cannot find name 'Store'.\nno main.rs\nsrc/a.ts(90,2): error TS2304: Cannot find name 'Store'.\n";
    const { stdout, stderr, exitCode } = await execa(
      process.execPath,
      [ATTRACTOR, "signature", "--node", "verify"],
      {
        input: reasons,
        env: { FORCE_COLOR: "1" },
      },
    );
    const [first, second, third] = stdout.split("\n");
    expect([third, exitCode, stderr]).toEqual([first, 0, ""]);
    expect(stdout.split("\n")).toHaveLength(3);
    expect(second).toMatch(/^verify\|deterministic\|\S+$/);
    expect(second).not.toBe(first);
  });

  it("R-BRK-2: keeps line for line, empty ones and foreign line ends too", async () => {
    const { lines } = await run(["--node", "n"], "a b c\r\n\r\na b c");
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe(lines[0]);
    expect(await run(["--node", "n"], "")).toMatchObject({ out: "", code: 0 });
  });

  it("R-BRK-2: reads an escaped line break as one, and two backslashes as one", async () => {
    const { lines } = await run(
      ["--node", "n"],
      "b.ts is gone\\na.ts is empty\na.ts is empty\\nb.ts is gone\nC:\\\\new.ts is gone\nnew.ts is gone\n",
    );
    expect(lines).toHaveLength(4);
    expect(lines[1]).toBe(lines[0]);
    expect(lines[3]).toBe(lines[2]);
  });

  it("R-BRK-2: takes the class", async () => {
    const { lines } = await run(["--node", "n", "--class", "structural"], "no exit\n");
    expect(lines[0]).toMatch(/^n\|structural\|/);
  });

  it.each([
    [[], "name the node with --node"],
    [["--node", "n", "--class", "bad luck"], '"bad luck" is no failure class'],
    [["--node", "n", "--colour"], "--colour"],
  ])("refuses %j and says how it is used", async (args, problem) => {
    const { code, out, err } = await run(args, "x\n");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(problem);
    expect(err).toContain("usage: attractor signature --node N [--class C]");
  });

  it("explains itself", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("reasons with one");
  });
});
