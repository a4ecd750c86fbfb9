import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCommand } from "../../github/commands/parse.ts";

const command = (text: string) => {
  const parsed = parseCommand(text);
  return parsed.kind === "command" ? parsed.command : parsed;
};

it("AL-9.6: steer takes a node and words, quoted or not", () => {
  const steer = { kind: "command", command: { verb: "steer", node: "build", text: "use tabs", run: null } };
  expect(parseCommand('/attractor steer build "use tabs"')).toEqual(steer);
  expect(parseCommand("/attractor steer build use tabs")).toEqual(steer);
  expect(parseCommand("/attractor steer --run r7 build x")).toMatchObject({
    command: { run: "r7", text: "x" },
  });
  expect(parseCommand("/attractor steer build")).toMatchObject({ kind: "problem" });
});

describe("comment commands", () => {
  it("reads each verb from the first line", () => {
    expect(command('/attractor run graphs/a.dot level=2 name="two words"\nmore')).toEqual({
      verb: "run",
      graph: "graphs/a.dot",
      inputs: { level: "2", name: "two words" },
    });
    expect(command("/attractor choose review/1 [A] Approve it")).toEqual({
      verb: "choose",
      gate: "review/1",
      label: "[A] Approve it",
      run: null,
    });
    expect(command("/attractor cancel --run r12")).toEqual({ verb: "cancel", run: "r12" });
    expect(command("/attractor status r12\r\n")).toEqual({ verb: "status", run: "r12" });
    expect(command("/attractor fork impl@2")).toEqual({ verb: "fork", at: "impl@2", run: null });
    expect(command("/attractor")).toEqual({ verb: "help" });
  });

  it("R-GH-8: quoted, fenced, indented, later and embedded text is no command", () => {
    for (const text of [
      "> /attractor run g.dot",
      "```\n/attractor run g.dot\n```",
      "    /attractor run g.dot",
      " /attractor run g.dot",
      "see:\n/attractor run g.dot",
      "please /attractor run g.dot",
      "/attractors run",
      "`/attractor run g.dot`",
    ]) {
      expect(parseCommand(text)).toEqual({ kind: "none" });
    }
  });

  it("names the fix: the nearest verb, the missing word", () => {
    expect(command("/attractor canel")).toMatchObject({
      kind: "problem",
      message: expect.stringContaining("/attractor cancel"),
    });
    expect(command("/attractor run")).toMatchObject({
      kind: "problem",
      message: expect.stringContaining("name a graph"),
    });
    expect(command("/attractor run ../x.dot")).toMatchObject({ kind: "problem" });
    expect(command('/attractor choose g "open')).toMatchObject({ kind: "problem" });
  });

  it("20,000 hostile comments never throw and never echo a mention", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string().map((tail) => `/attractor ${tail}`),
        ),
        (text) => {
          const parsed = parseCommand(text);
          if (parsed.kind === "problem") expect(parsed.message).not.toContain("@");
        },
      ),
      { numRuns: 20_000 },
    );
  });
});
