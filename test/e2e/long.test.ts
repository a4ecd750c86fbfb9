import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { allRuns, begunBy, gitOf, ledgerOf, story } from "./inspect.ts";
import { OWN_PATH, ownWorkflow, runOwn } from "./own-workflow.ts";
import { callerText, type Scene, scene } from "./support.ts";

/** What a stage says that it may take decides, so nothing here has to wait for hours. */
const stage = (id: string, timeout: string): string =>
  `${id} [shape=parallelogram, tool_command="echo ${id} > ${id}.txt; ls", timeout="${timeout}"]`;
const graph = (...lines: readonly string[]): string =>
  `digraph game { graph [goal="Build the game"]
    start [shape=Mdiamond]; exit [shape=Msquare]
    ${lines.join("\n")}
  }`;

async function run(dot: string, files: Readonly<Record<string, string>> = {}) {
  const s = await scene({ "graphs/game.dot": dot, ...files });
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  await allRuns(s);
  const log = ledgerOf(s, `r${id}`);
  const stages = log.flatMap((event, at) =>
    event.event === "stage_attempt_start" && event.handler === "tool"
      ? [[event.node_id, log.slice(0, at).filter((line) => line.event === "hop_settled").length + 1]]
      : [],
  );
  return { s, id, log, stages, last: log.at(-1) };
}

const whys = (log: readonly { event: string }[]) =>
  log.flatMap((event) => (event.event === "hop_planned" && "why" in event ? [event.why] : []));

describe("stages that may outlast their job", () => {
  it("R-GH-11: the trunk stops between stages and the next hop goes on, never repeating one that ended", async () => {
    const { s, log, stages, last } = await run(
      graph(
        ...[stage("a", "1h"), stage("b", "5h"), stage("c", "358m"), stage("d", "8h"), stage("e", "1h")],
        "start -> a -> b -> c -> d -> e -> exit",
      ),
    );
    expect(last, story(s)).toMatchObject({ event: "run_completed" });
    // What is longer than the rest of a job gets a job of its own, also where none is long enough.
    expect(stages).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 2],
      ["d", 3],
      ["e", 3],
    ]);
    expect(whys(log)).toEqual(["the run begins", "the last job's time was up", "the last job's time was up"]);
    expect(story(s)).toContain("the job's time is up; the run goes on in the next hop");
  }, 240_000);

  it("R-GH-11: a branch pauses and the next hop goes on with it alone", async () => {
    const { s, id, log, stages, last } = await run(
      graph(
        "par [shape=component]; join [shape=tripleoctagon, merge=all]",
        ...[stage("x", "1h"), stage("long", "358m"), stage("y", "1h"), stage("verify", "1h")],
        "start -> par; par -> x -> long -> join; par -> y -> join; join -> verify -> exit",
      ),
    );
    expect(last, story(s)).toMatchObject({ event: "run_completed" });
    expect(stages.toSorted()).toEqual([
      ["long", 2],
      ["verify", 3],
      ["x", 1],
      ["y", 1],
    ]);
    expect(gitOf(s, "ls-tree", "--name-only", `refs/attractor/r${id}/code`).split("\n")).toEqual(
      expect.arrayContaining(["x.txt", "long.txt", "y.txt", "verify.txt"]),
    );
    expect(whys(log)[1]).toBe("the last job's time was up");
    expect(jobNames(s, 1).filter((name) => name.startsWith("Branches 1 (0"))).toHaveLength(1);
  }, 240_000);

  it("R-GH-11: a caller that wants shorter jobs says so once, and their stages keep to it", async () => {
    const { s, stages, last } = await run(
      graph(stage("a", "1m"), stage("b", "28m"), "start -> a -> b -> exit"),
      {
        [CALLER_PATH]: callerText({ timeout_minutes: 30 }),
      },
    );
    expect(last, story(s)).toMatchObject({ event: "run_completed" });
    expect(stages).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  }, 240_000);

  it("R-GH-11: the workflow gives the platform and the driver the same limit, of every job that runs stages", () => {
    const { jobs } = parse(callerText({ timeout_minutes: 45 })) as {
      jobs: Record<string, { "timeout-minutes": unknown; steps: { with: Record<string, unknown> }[] }>;
    };
    for (const name of ["trunk-1", "legs-1", "trunk-2", "legs-4"]) {
      const limits = jobs[name]!.steps.map((step) => step.with["timeout-minutes"]);
      expect([jobs[name]!["timeout-minutes"], ...limits]).toEqual([45, 45]);
    }
  });
});

const jobNames = (s: Scene, nth: number): string[] =>
  [...s.repository.runs.values()][nth]!.attempts[0]!.jobs.map((job) => job.name);

/** Twelve seconds of a job, as the driver counts them. */
const OWN = ownWorkflow({ inputs: ', timeout-minutes: "0.2"' });

async function cutShort(edges: string) {
  const dot = graph(
    `quick [shape=parallelogram, tool_command="true"]; slow [shape=parallelogram, tool_command="sleep 300"]`,
    edges,
  );
  const s = await scene({ "graphs/game.dot": dot, [OWN_PATH]: OWN });
  const found = await runOwn(s);
  return { s, conclusion: found.conclusion, log: ledgerOf(s, begunBy(s, found.id)[0]!) };
}

const ended = (log: Awaited<ReturnType<typeof cutShort>>["log"]) =>
  log.findLast((event) => event.event === "stage_attempt_end" && event.node_id === "slow");

describe("a stage that still runs when its job's time is up", () => {
  it("R-GH-11: has failed, with that cause, when it had the whole job", async () => {
    const { s, conclusion, log } = await cutShort(
      'start -> slow; slow -> exit [condition="outcome=success"]',
    );
    expect(conclusion, story(s)).toBe("failure");
    expect(ended(log)).toMatchObject({ status: "fail", evidence: { timed_out: true } });
    expect(log.at(-1)).toMatchObject({
      event: "run_failed",
      failure_reason: expect.stringContaining("slow took all the time of a job of 0.2 minutes"),
    });
  }, 120_000);

  it("R-GH-11: counts as never run when others had used the job up, and the run stays open", async () => {
    const { s, conclusion, log } = await cutShort("start -> quick -> slow -> exit");
    expect(conclusion, story(s)).toBe("failure");
    expect(ended(log)).toMatchObject({ evidence: { lost: true } });
    expect(log.some((event) => event.event === "run_failed")).toBe(false);
    expect(story(s)).toContain("A run longer than a job needs the workflow of hops");
  }, 120_000);
});
