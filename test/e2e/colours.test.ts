import { describe, expect, it } from "vitest";
import { expression } from "../../github/workflows/yaml-text.ts";
import { allRuns, begunBy, ledgerOf, story } from "./inspect.ts";
import { callerText, scene } from "./support.ts";

const graph = (stages: string, edges: string): string => `digraph g { graph [goal="g"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  ${stages}
  ${edges} }`;
const tool = (id: string, command: string, more = "") =>
  `${id} [shape=parallelogram, tool_command="${command}"${more}]`;

const GRAPHS = {
  "graphs/failing.dot": graph(
    tool("a", "echo no such hinge; exit 1"),
    'start -> a; a -> exit [condition="outcome=success"]',
  ),
  "graphs/asking.dot": graph(
    `${tool("a", "true")}; ask [shape=hexagon, label="Go on?"]`,
    'start -> a -> ask; ask -> exit [label="[Y] Yes"]',
  ),
  "graphs/two.dot": graph(
    `par [shape=component]; join [shape=tripleoctagon]; ${tool("x", "true", ', label="Monsters & Co."')}; ${tool("y", "true", ', label="secret-monster"')}`,
    "start -> par; par -> x -> join; par -> y -> join; join -> exit",
  ),
};

describe("the colours of workflow runs", () => {
  it("R-GH-19: red where the run failed or was canceled by command, green where it waits", async () => {
    const s = await scene(GRAPHS);
    await s.dispatch({ graph: "graphs/failing.dot" });
    const asking = await s.dispatch({ graph: "graphs/asking.dot" });
    const before = await allRuns(s);
    expect(
      before.map(({ conclusion }) => conclusion),
      story(s),
    ).toEqual(["failure", "success"]);
    expect(story(s)).toContain("##[error]the run failed: ");
    await s.dispatch({ command: `cancel r${asking}` });
    const [, , canceled] = await allRuns(s);
    expect(canceled?.conclusion, story(s)).toBe("failure");
    expect(story(s)).toContain("##[error]the run was canceled");
    expect(new Set(before.map(({ title }) => title)).size).toBe(2);
  }, 120_000);

  it("R-GH-19, R-GH-21: branches are called what the graph calls them, and a name with a secret in it by its number", async () => {
    const s = await scene({
      ...GRAPHS,
      ".github/workflows/attractor-run.yml": callerText({ secrets: ["NAME", "DIGITS"] }),
      ".github/attractor.yml": "version: 1\n",
    });
    s.repository.secrets.set("NAME", "secret-monster");
    // A part of every run's id and of no output that the jobs need.
    s.repository.secrets.set("DIGITS", "10000000");
    const id = await s.dispatch({ graph: "graphs/two.dot" });
    await allRuns(s);
    const jobs = s.repository.runs
      .get(id)!
      .attempts[0]!.jobs.filter(({ conclusion }) => conclusion !== "skipped")
      .map(({ name, conclusion }) => `${name}: ${conclusion}`);
    expect(jobs, story(s)).toEqual([
      "Trunk 1: success",
      "Branches 1 (01 Monsters Co.): success",
      "Branches 1 (02): success",
      "Trunk 2: success",
    ]);
    expect(ledgerOf(s, `r${id}`).filter(({ event }) => event === "branch_completed")).toHaveLength(2);
    expect(begunBy(s, id)).toEqual([]);
  }, 120_000);

  it("R-GH-21: an output that does not arrive is named as the cause, in the workflow run in which it was lost", async () => {
    const s = await scene({
      ...GRAPHS,
      // Of a step of the user's own: nobody can tell the action how short it is.
      ".github/workflows/attractor-run.yml": callerText({
        steps: [{ run: "true", env: { WORD: expression("secrets.WORD") } }],
      }),
    });
    s.repository.secrets.set("WORD", "hop");
    const id = await s.dispatch({ graph: "graphs/two.dot" });
    const runs = await allRuns(s);
    expect(
      runs.map(({ conclusion }) => conclusion),
      story(s),
    ).toEqual(["failure"]);
    expect(ledgerOf(s, `r${id}`).at(-1)).toMatchObject({
      ...{ event: "run_failed", failure_class: "deterministic" },
      failure_reason: expect.stringContaining("GitHub drops one that holds a masked value"),
    });
    // Without it the run goes on where it stands.
    s.repository.secrets.delete("WORD");
    await s.dispatch({ command: `resume r${id}` });
    await allRuns(s);
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  }, 120_000);
});
