/** What holds a run and is no stage's process: git that hangs, a handler that does not listen. The run ends all the same. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { machineClock } from "../../engine/clock.ts";
import { defaultConfig } from "../../engine/config/defaults.ts";
import { startRun } from "../../engine/local/run.ts";
import type { StageRunner } from "../../engine/stages/port.ts";
import { finalOf, folder, graph, logOf, named, repository, tool, until } from "./world.ts";

/** Graces of half a minute and more are short. */
const HURRIED = {
  ...machineClock,
  sleep: (ms: number, signal: AbortSignal) =>
    machineClock.sleep(ms >= 60_000 ? 5000 : ms >= 30_000 ? 300 : ms, signal),
};

async function held(body: string, handlers = new Map<string, StageRunner>(), cancelAfterMs = 0) {
  const workdir = repository();
  const root = join(folder(), "run");
  const config = defaultConfig();
  const cancel = new AbortController();
  if (cancelAfterMs > 0) setTimeout(() => cancel.abort("a person"), cancelAfterMs).unref();
  const { final } = await startRun({
    root,
    runId: "r",
    source: graph(body),
    graphPath: null,
    workdir,
    config: {
      ...config,
      runtime_policy: {
        ...config.runtime_policy,
        stall_timeout_ms: cancelAfterMs > 0 ? 0 : 700,
        stall_check_interval_ms: 50,
      },
    },
    script: null,
    inputs: {},
    simulated: [],
    invocation: [],
    answers: new Map(),
    interviewer: null,
    cancel: cancel.signal,
    clock: HURRIED,
    handlers,
    prepare: { customTypes: new Set(handlers.keys()) },
    env: { PATH: process.env.PATH },
  });
  return { root, final, log: logOf(root), workdir };
}

/** A filter that never ends, in the way of the next `git add`. */
const NAP = `sleep 345.${process.pid}`;
const PLANT = `git config filter.f.clean 'exec ${NAP}'; echo '*.txt filter=f' > .gitattributes; echo x > a.txt`;
const sleeping = () => execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).includes(NAP);

it("R-LIVE-7: git that hangs after a stage stalls the run: it ends fail, and git is ended", async () => {
  const { root, final, log } = await held(`${tool("w", PLANT)}; s -> w -> e`);
  expect(named(log, "stall_watchdog_timeout")).toMatchObject([{ node_id: "w", stall_timeout_ms: 700 }]);
  expect(final).toMatchObject({ status: "fail", failure_class: "transient_infra" });
  expect(finalOf(root).failure_reason).toContain("nothing made progress");
  expect(named(log, "stage_attempt_end").at(-1)).toMatchObject({ node_id: "w", status: "fail" });
  await until("git's filter to be gone", () => !sleeping());
});

it("R-LIVE-7: in a branch it ends that branch; its sibling's work is joined", async () => {
  const { final, log } = await held(
    `p [shape=component, join_policy=k_of_n, k=1, error_policy=ignore]; j [shape=tripleoctagon]
     ${tool("hung", PLANT)}; ${tool("fine", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.3; done")}
     s -> p; p -> hung -> j; p -> fine -> j; j -> e`,
  );
  expect(named(log, "stall_watchdog_timeout")).toMatchObject([{ node_id: "hung" }]);
  expect(named(log, "stall_watchdog_timeout")).toHaveLength(1);
  expect(final).toMatchObject({ status: "success" });
});

it("R-LIVE-7: a handler that never answers and does not listen stalls out", async () => {
  const deaf: StageRunner = () => new Promise(() => undefined);
  const { final, log } = await held(`w [type="deaf"]; s -> w -> e`, new Map([["deaf", deaf]]));
  expect(named(log, "stall_watchdog_timeout")).toMatchObject([{ node_id: "w" }]);
  expect(final).toMatchObject({ status: "fail", failure_class: "transient_infra" });
});

it("R-LIFE-1: a cancel ends a run that such a handler holds", async () => {
  const deaf: StageRunner = () => new Promise(() => undefined);
  const { final } = await held(`w [type="deaf"]; s -> w -> e`, new Map([["deaf", deaf]]), 1500);
  expect(final).toMatchObject({ status: "canceled" });
});
