/** Every shipped graph on a bare machine: neither models nor the programs that its tools call. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../engine/config/defaults.ts";
import type { RunEvent } from "../../engine/core/events.ts";
import { diagnose } from "../../engine/diagnose/diagnosis.ts";
import { readRun } from "../../engine/diagnose/folder/read-run.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { attemptsIn, visitsIn } from "../../engine/plan/likely-path.ts";
import type { Plan } from "../../engine/plan/model.ts";
import { jobsIn, workflowRunsOf } from "../../engine/plan/rounds.ts";
import { roundsWanted } from "../../engine/plan/rounds-wanted.ts";
import { stepsOf } from "../../engine/plan/steps.ts";
import { here } from "../local/here.ts";
import {
  executions,
  finalOf,
  folder,
  graph,
  logOf,
  named,
  readJson,
  repository,
  tool,
} from "../local/world.ts";

const ROOT = new URL("../../graphs/", import.meta.url).pathname;
const GRAPHS = globSync("**/*.dot", { cwd: ROOT }).sort();
const LONG = 120_000;

const begun = (root: string, ...args: string[]) =>
  here("run", ...args, "--workdir", repository(), "--logs-root", root, "--json");

/** The plan, made before, says what this run did: its attempts, its jobs, and no visit more than the most. */
async function asPlanned(path: string, inputs: string[], events: RunEvent[]): Promise<void> {
  const pipeline = prepare(readFileSync(path, "utf8")).pipeline!;
  // How long the lists are that stages set, the run has shown.
  const items = events.flatMap((event) => {
    const key = event.event === "fanout_started" && pipeline.stages.get(event.node_id)?.fanOut?.itemsKey;
    return key ? ["--items", `${key.replace(/^context\./, "")}=${event.branches.length}`] : [];
  });
  const { out } = await here("plan", path, "--json", ...inputs, ...items);
  const plan = JSON.parse(out) as Plan;
  const did = attemptsIn(events);
  const decided = ["start", "exit", "conditional"];
  const ran = [...did].filter(([id]) => !decided.includes(pipeline.stages.get(id)!.handler));
  const likely = plan.stages.flatMap(({ id, attempts }) =>
    attempts.likely === 0 ? [] : [[id, attempts.likely] as const],
  );
  // Where the first branch wins, how far the others came is a matter of time.
  const races = [...pipeline.stages.values()].some(({ fanOut }) => fanOut?.joinPolicy === "first_success");
  if (races)
    for (const [id, times] of ran) expect([id, times <= new Map(likely).get(id)!]).toEqual([id, true]);
  else expect(Object.fromEntries(likely)).toEqual(Object.fromEntries(ran));
  for (const { id, visits } of plan.stages)
    expect([id, (visitsIn(events).get(id) ?? 0) <= (visits.most ?? 0)]).toEqual([id, true]);
  for (const coordinator of ["workflow", "app"] as const) {
    const rules = { coordinator, rounds: roundsWanted([pipeline], defaultConfig()), told: false };
    const runs = workflowRunsOf(stepsOf(pipeline, events), rules);
    expect(plan.github[coordinator].runs).toEqual(runs);
    expect(plan.github[coordinator].jobs).toBe(jobsIn(runs));
    expect(jobsIn(runs)).toBeLessThanOrEqual(plan.github[coordinator].most.jobs ?? 0);
  }
}

describe("R-EASE-9, R-OBS-2, R-PRE-5: tools too may be simulated, and the plan says what such a run does", () => {
  it.each(GRAPHS)(
    "%s is walked to its end by what its edges offer",
    async (name) => {
      const path = join(ROOT, name);
      const pipeline = prepare(readFileSync(path, "utf8")).pipeline!;
      const root = join(folder(), "run");
      const walk = join(repository({ "walk.json": "{}" }), "walk.json");
      const inputs = pipeline.inputSpecs
        .filter(({ key, default: standard }) => standard === null || key === "task")
        .flatMap(({ key }) => ["--input", `${key}=7`]);
      const gates = [...pipeline.stages.values()].some(({ handler }) => handler === "wait.human");
      const { code, err } = await begun(
        root,
        path,
        "--simulate",
        walk,
        "--simulate-tools",
        "--auto-approve",
        ...inputs,
      );
      expect([code, err]).toEqual([0, expect.any(String)]);
      expect(finalOf(root)).toMatchObject({ status: "success" });
      const expected = ["agents", "tools", "gates"];
      expect(finalOf(root).simulated).toEqual(expected);
      expect(readJson(join(root, "manifest.json")).simulated).toEqual(expected);
      // What a person is asked is answered; no command ran, or it would have left its output.
      expect(named(logOf(root), "human_gate_answered").length > 0).toBe(gates);
      expect(globSync("**/stdout.log", { cwd: root })).toEqual([]);
      // Nothing is made up of a run in which nothing was wrong.
      const { findings } = diagnose(await readRun(root, Date.now()));
      expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
      await asPlanned(path, inputs, logOf(root));
    },
    LONG,
  );

  it("a tool that the script names is simulated, and others run", async () => {
    const at = folder();
    const path = join(
      repository({
        "g.dot": graph(
          `${tool("a", `echo a >> ${at}/ran`)}; ${tool("b", `echo b >> ${at}/ran`)}; c [shape=parallelogram, tool_command="echo c >> ${at}/ran"]
         s -> a; a -> b [condition="outcome=fail && context.tool.exit_status=1"]; b -> c -> e`,
        ),
        "s.json": JSON.stringify({ a: [{ status: "fail", failure_reason: "no such thing" }] }),
      }),
    );
    const root = join(folder(), "run");
    const { code } = await begun(root, join(path, "g.dot"), "--simulate", join(path, "s.json"));
    expect(code).toBe(0);
    expect(executions(join(at, "ran"))).toEqual(["b", "c"]);
    expect(finalOf(root).simulated).toEqual(["agents", "tools"]);
  });

  it("without either, tools run and only agents are said to be simulated", async () => {
    const at = folder();
    const path = repository({ "g.dot": graph(`${tool("a", `echo a >> ${at}/ran`)}; s -> a -> e`) });
    const root = join(folder(), "run");
    await begun(root, join(path, "g.dot"), "--simulate");
    expect(executions(join(at, "ran"))).toEqual(["a"]);
    expect(finalOf(root).simulated).toEqual(["agents"]);
  });

  it("a resumed run goes on without them", async () => {
    const at = folder();
    const path = repository({
      "g.dot": graph(
        `${tool("a", `echo a >> ${at}/ran`)}; ${tool("b", `echo b >> ${at}/ran`)}; r [shape=hexagon]
         s -> a -> r; r -> b [label="Yes"]; r -> a [label="No"]; b -> e`,
      ),
    });
    const root = join(folder(), "run");
    expect((await begun(root, join(path, "g.dot"), "--simulate", "--simulate-tools")).code).toBe(4);
    expect((await here("resume", root, "--answer", "r=Yes")).code).toBe(0);
    expect(existsSync(join(at, "ran"))).toBe(false);
  });

  it("--simulate-tools alone is refused: what agents would do is not said", async () => {
    const { code, err } = await begun(
      join(folder(), "run"),
      join(ROOT, "hello/hello.dot"),
      "--simulate-tools",
    );
    expect([code, err]).toEqual([2, expect.stringContaining("--simulate-tools needs --simulate")]);
  });
});
