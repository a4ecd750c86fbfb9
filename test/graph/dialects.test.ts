import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { prepare } from "../../engine/graph/prepare.ts";
import { findings, graphOf, places } from "./lint/findings.ts";

const page = readFileSync(new URL("../../docs/reference/dialects.md", import.meta.url), "utf8");
const rows = [
  ...page.matchAll(/^\| (\w+) \| `(.+)` \| (as is|with a hint|(?:with a note|refused): (\w+)) \|$/gm),
];

/** A snippet that draws no edge of its own still has to be a graph that runs. */
const whole = (snippet: string) =>
  graphOf(snippet.includes("start ->") ? snippet : `${snippet}; start -> exit`);

describe("the table of dialects", () => {
  it("R-LANG-12: has lines of Kilroy, Fabro and tracker", () => {
    const programs = new Set(rows.map(([, program]) => program));
    expect([...programs]).toEqual(["Kilroy", "Fabro", "tracker", "Microsoft", "others"]);
    expect(page.split("\n").filter((line) => /^\| [A-Za-z]+ \| `/.test(line))).toHaveLength(rows.length);
  });

  it.each(rows.map(([, program, snippet, verdict, rule]) => [program, snippet!, verdict!, rule] as const))(
    "R-LANG-12: %s: %s is %s",
    (_program, snippet, verdict, rule) => {
      const { pipeline, diagnostics } = prepare(whole(snippet));
      const rules = (severity: string) => [
        ...new Set(diagnostics.filter((found) => found.severity === severity).map((found) => found.rule)),
      ];
      const hints = diagnostics.filter((found) => found.rule === "other_dialect");
      expect(hints).toHaveLength(verdict === "with a hint" ? 1 : 0);
      expect(rules("error")).toEqual(verdict.startsWith("refused") ? [rule] : []);
      const unknown = diagnostics.some((found) => found.rule === "unknown_attribute");
      expect(unknown).toBe(rule === "unknown_attribute");
      expect(pipeline === null).toBe(verdict.startsWith("refused"));
    },
  );
});

describe("Fabro's words", () => {
  const compiled = (snippet: string) => prepare(whole(snippet)).pipeline!;

  it("R-LANG-12: mean what they mean there", () => {
    expect(
      compiled('t [shape=parallelogram, script="make"]; start -> t -> exit').stages.get("t")?.toolCommand,
    ).toBe("make");
    const styled = compiled(
      'graph [model_stylesheet="* { model: m; provider: p }"]; a [prompt=x]; start -> a -> exit',
    );
    expect(styled.stages.get("a")).toMatchObject({ llmModel: "m", llmProvider: "p" });
    const routed = compiled('a [prompt=x]; start -> a; a -> exit [condition="outcome=succeeded"]');
    expect(routed.out.get("a")?.[0]?.condition?.clauses[0]?.value).toBe("success");
    const managed = compiled('m [shape=house, stack.child_workflow="c.fabro"]; start -> m -> exit');
    expect(managed.stages.get("m")?.manager?.childDotfile).toBe("c.fabro");
    const paused = compiled('r [shape=insulator, duration="1500ms"]; start -> r -> exit').stages.get("r");
    expect([paused?.handler, paused?.toolCommand]).toEqual(["tool", "sleep 1.5"]);
  });

  it("R-LANG-12: are told once for a file, however many there are", () => {
    const graph = whole(
      't [shape=parallelogram, script="make"]; u [shape=parallelogram, script="make"]; start -> t -> u; u -> exit [condition="outcome=succeeded"]; u -> t [condition="outcome=failed"]',
    );
    expect(places(graph, "other_dialect")).toEqual(["info graph"]);
    expect(findings(graph, "other_dialect")[0]?.message).toMatch(
      /script is read as tool_command, succeeded is read as success, failed is read as fail$/,
    );
  });

  it("R-LANG-12: a pause without a duration is an error, as a tool without a command is", () => {
    expect(prepare(whole("r [shape=insulator]; start -> r -> exit")).pipeline).toBeNull();
  });
});
