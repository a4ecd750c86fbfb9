import { describe, expect, it } from "vitest";
import { compilerError } from "../../../engine/agents/api/session/compile.ts";
import { classOfErrorCode } from "../../../engine/failure/error-codes.ts";
import { trial } from "./attempt.ts";
import { begin, finish, say } from "./wire/anthropic.ts";
import { status, stream } from "./wire/server.ts";

const build = (line: number, what = "undefined: Widget", exit = 1) => ({
  calls: [["shell", { command: `echo './main.go:${line}:2: ${what}'; exit ${exit} # make` }]] as const,
});
const look = { calls: [["shell", { command: "ls" }]] as const };

const ended = async (script: Parameters<typeof trial>[0], maxTurns: number) =>
  (await trial(script, { settings: { maxTurns } })).reply;

describe("R-FAIL-6: a session that ends on the same compiler error", () => {
  it("three times is a compilation_loop, though lines moved and other commands went well between", async () => {
    const { evidence, problem } = await ended([build(3), look, build(5), look, build(9), look], 6);
    expect(evidence).toEqual({ error_code: "compilation_loop" });
    expect(problem).toBe(
      "the session ended on the same compiler error 3 times: ./main.go:#:#: undefined: Widget",
    );
    expect(classOfErrorCode(evidence.error_code!)).toBe("compilation_loop");
  });

  it("so is one that the guard of failing calls ended", async () => {
    const { evidence } = await ended([build(3), build(3), build(3)], 9);
    expect(evidence).toEqual({ error_code: "compilation_loop" });
  });

  it.each([
    ["a window that is full", status(400, { error: { message: "prompt is too long" } }), {}],
    ["an answer that is cut", stream(begin + say(0, "so") + finish("max_tokens")), {}],
    ["money that is spent", { text: "never asked" }, { spendableUsd: 1.9 }],
  ])("so is one that another limit ended: %s", async (_, last, request) => {
    const price = (_provider: string, _model: string, { output_tokens = 0 }) => output_tokens / 200;
    const { reply } = await trial([build(3), build(5), build(9), last], {
      ...{ request, deps: { price }, settings: { maxTokens: 160 } },
    });
    expect(reply.evidence).toEqual({ error_code: "compilation_loop" });
  });

  it("twice, or on errors that differ, or after a build that went well, it is what ended it", async () => {
    const fixed = {
      calls: [["shell", { command: "test -f no || { echo x.c:1:1: error: no; false; }" }]] as const,
    };
    const make = { calls: [["write_file", { path: "no", content: "" }]] as const };
    for (const script of [
      [build(3), look, build(5), look],
      [build(3), build(4, "undefined: Gadget"), build(5), look],
      [fixed, fixed, make, fixed, look],
    ]) {
      const { evidence } = await ended(script, script.length);
      expect(evidence).toEqual({ error_code: "turn_limit" });
    }
  });

  it("a model that ends by itself says how its work ended", async () => {
    const { evidence } = await ended([build(3), build(5), build(7), { text: "the test fails, as asked" }], 9);
    expect(evidence).toEqual({});
  });

  it.each([
    ["src/a.c:12:3: error: expected ';'", "src/a.c:#:#: error: expected ';'"],
    ["src/a.ts(3,7): error TS2304: Cannot find name 'x'.", "src/a.ts(#,#): error TS#: Cannot find name 'x'."],
    ["error[E0425]: cannot find value `x`\n  --> src/main.rs:2:5", "error[E#]: cannot find value `x`"],
    ["Main.java:4: error: ';' expected", "Main.java:#: error: ';' expected"],
    ['  File "a.py", line 1\nSyntaxError: invalid syntax', "SyntaxError: invalid syntax"],
    ["FAIL test/a.test.ts\nAssertionError: expected 1 to be 2", null],
    ["cat: a.txt: No such file or directory", null],
  ])("%s", (output, error) =>
    expect(compilerError(`make all\n${output}\nmake: *** [all] Error 1`)).toBe(error),
  );
});
