import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../engine/config/defaults.ts";
import { defaultJobs, type Jobs } from "../../engine/config/jobs.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { roundsWanted } from "../../engine/plan/rounds-wanted.ts";

const tool = (id: string, more = "") => `${id} [shape=parallelogram, tool_command="true"${more}]`;
const fan = (n: number) =>
  `f${n} [shape=component]; j${n} [shape=tripleoctagon]; ${tool(`a${n}`)}; ${tool(`b${n}`)}
   f${n} -> a${n} -> j${n}; f${n} -> b${n} -> j${n}`;
const graph = (body: string) => {
  const { pipeline, diagnostics } = prepare(`digraph g { graph [goal="g"]
    start [shape=Mdiamond]; exit [shape=Msquare]; ${body} }`);
  if (pipeline === null) throw new Error(JSON.stringify(diagnostics));
  return pipeline;
};
const row = (fans: number) =>
  graph(
    `${Array.from({ length: fans }, (_, n) => fan(n)).join("; ")}
     start -> ${Array.from({ length: fans }, (_, n) => `f${n}; j${n} ->`).join(" ")} exit`,
  );
const SERIAL = graph(`${tool("a")}; ${tool("b")}; start -> a -> b -> exit`);
const LOOP = graph(`${fan(0)}; ${tool("check")}; start -> f0; j0 -> check
  check -> exit [condition="outcome=success"]; check -> f0 [condition="outcome=fail"]`);
const APART = graph(`${tool("a", ", privileged=true")}; start -> a -> exit`);

const wanted = (...graphs: Parameters<typeof roundsWanted>[0]) => roundsWanted(graphs, defaultConfig());
const wantedWith = (jobs: Partial<Jobs>, ...graphs: Parameters<typeof roundsWanted>[0]) =>
  roundsWanted(graphs, { ...defaultConfig(), jobs: { ...defaultJobs(), ...jobs } });

describe("rounds that graphs want of a workflow file", () => {
  it("R-GH-18: one where nothing is done side by side or in a job of its own", () => {
    expect([wanted(), wanted(SERIAL), wanted(SERIAL, SERIAL)]).toEqual([1, 1, 1]);
  });

  it("R-GH-18: four for up to three fan-outs, one more each after that, and six at the most", () => {
    expect([1, 2, 3, 4, 5, 6, 9].map((fans) => wanted(row(fans)))).toEqual([4, 4, 4, 5, 6, 6, 6]);
    expect([wanted(LOOP), wanted(APART), wanted(SERIAL, row(4), row(1))]).toEqual([6, 1, 5]);
  });

  it("R-GH-18: one for each turn of the trunk too, in a job that may only read", () => {
    const privileged = { privileged: "allow" } as const;
    expect([SERIAL, APART].map((one) => wantedWith(privileged, one))).toEqual([1, 4]);
    expect([SERIAL, row(1), row(2)].map((one) => wantedWith({ contents: "read" }, one))).toEqual([4, 4, 6]);
  });
});
