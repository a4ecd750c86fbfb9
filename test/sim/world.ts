/** A seeded world: coordinators, runners, refs and GitHub, with everything going wrong that PROTOCOL.md lists. */

import { type EventBody, parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { isPaused } from "../../engine/ledger/projections/live.ts";
import { coordinate } from "../../github/coordinator/coordinate.ts";
import { type SimRun, simGitHub } from "./github.ts";
import { simLedger, simRefs } from "./ledgers.ts";
import type { SimWorld } from "./model.ts";
import { chance } from "./random.ts";
import { playHop, said } from "./runner.ts";
import { clockOf, type Life, simTime } from "./time.ts";

const RUN = "run1";
const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
/** Some stages together are longer. */
const SHORT_JOB_MS = 120_000;

const GRAPHS = [
  `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
    a [shape=parallelogram, tool_command="x", max_retries=2]; b [shape=parallelogram, tool_command="x"]; c [shape=diamond]
    start -> a -> b -> c; c -> exit [condition="outcome=success"]; c -> a [condition="outcome=fail"] }`,
  `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
    p [shape=component]; j [shape=tripleoctagon, retry_target=p]; x [shape=parallelogram, tool_command="x"]; y [shape=parallelogram, tool_command="x", max_retries=1]
    z [shape=parallelogram, tool_command="x"]; v [shape=parallelogram, tool_command="x"]
    start -> p; p -> x -> j; p -> y -> j; p -> z -> j; j -> v -> exit }`,
  `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
    p [shape=component, join_policy=first_success]; j [shape=tripleoctagon]; q [shape=component, join_policy=k_of_n, k=1]; k [shape=tripleoctagon]
    x [shape=parallelogram, tool_command="x"]; y [shape=parallelogram, tool_command="x"]; m [shape=parallelogram, tool_command="x"]; n [shape=parallelogram, tool_command="x"]
    start -> p; p -> x -> j; p -> q; q -> m -> k; q -> n -> k; k -> j; p -> y -> j; j -> exit }`,
  `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
    w [shape=parallelogram, tool_command="x"]; c [shape=diamond]; f [shape=parallelogram, tool_command="x"]
    start -> w -> c; c -> exit [condition="outcome=success"]; c -> w [condition="outcome=fail && context.failure_class=transient_infra", loop_restart=true]
    c -> f [condition="outcome=fail && context.failure_class!=transient_infra"]; f -> exit }`,
];
const compiled = (dot: string): Pipeline => {
  const { pipeline, diagnostics } = prepare(dot);
  if (!pipeline) throw new Error(JSON.stringify(diagnostics));
  return pipeline;
};
const PIPELINES = GRAPHS.map(compiled);

/** What a world is not left to choose by its seed. */
export interface Given {
  readonly graph?: string;
  /** How much goes wrong: 0 is nothing. */
  readonly rough?: number;
  readonly jobMs?: number;
  readonly stage?: SimWorld["stage"];
}

export function simWorld(seed: number, given: Given = {}): { world: SimWorld; play(): Promise<void> } {
  const luck = chance(seed);
  const time = simTime(START);
  const refs = simRefs();
  const drawn = PIPELINES[luck.below(PIPELINES.length)] as Pipeline;
  const pipeline = given.graph === undefined ? drawn : compiled(given.graph);
  const asRough = luck.next();
  const rough = given.rough ?? asRough;
  const faults = { lostAnswer: rough * 0.1, staleRead: rough * 0.2, latencyMs: 1 + rough * 3_000 };
  const hintLost = rough * 0.5;
  const problems: unknown[] = [];
  const lives: Life[] = [];

  const hint = (run: SimRun) => {
    for (let copies = luck.happens(0.2) ? 2 : 1; copies > 0; copies--) {
      if (!luck.happens(hintLost)) time.after(luck.between(100, 60_000), () => lookAgain());
    }
    // A person presses "re-run" on a run that failed.
    if (run.conclusion === "failure" && luck.happens(0.2)) {
      time.after(luck.between(1_000, 300_000), () => {
        run.attempt++;
        run.completed = false;
        run.conclusion = null;
        void playHop(world, run).catch((error: unknown) => problems.push(error));
      });
    }
  };
  const github = simGitHub(
    { time, chance: luck },
    {
      dispatchLost: rough * 0.15,
      dispatchDoubled: rough * 0.2,
      answerLost: rough * 0.2,
      startupFailure: rough * 0.05,
    },
    (run) => void playHop(world, run).catch((error: unknown) => problems.push(error)),
    hint,
  );
  const world: SimWorld = {
    seed,
    pipeline,
    time,
    chance: luck,
    refs,
    github,
    faults,
    lossRate: rough * 0.25,
    jobMs: given.jobMs ?? (luck.happens(0.3) ? SHORT_JOB_MS : 6 * HOUR),
    stage: given.stage ?? ((effect, lost) => said(seed, effect, lost)),
    killed: [],
    ran: [],
    zombies: new Set(),
    ledger: (life, ref) => simLedger(world, life, RUN, ref),
    log: () => refs.log("trunk").map((line) => parseEvent(line)),
  };

  let looks = 0;
  /** One look by a coordinator process, which may die at any moment of it. */
  function lookAgain(): void {
    const life: Life = { name: `coordinator ${looks++}`, dead: false };
    lives.push(life);
    if (luck.happens(rough * 0.2)) time.after(luck.between(1, 5_000), () => (life.dead = true));
    void coordinate({
      ledger: world.ledger(life, "trunk"),
      actions: github.port(life),
      clock: clockOf(time, life),
      children: {
        ledger: (id) => world.ledger(life, id),
        readAt: () => async () => null,
        openRuns: async () => [],
      },
      pipeline: async () => pipeline,
      speak: async () => undefined,
      tried: luck.happens(0.5) ? shared : new Map(),
    }).catch((error: unknown) => {
      if (!String(error).includes("times while it was looked at")) problems.push(error);
    });
  }
  const shared = new Map<string, number>();

  return {
    world,
    async play() {
      const first: Life = { name: "starter", dead: false };
      const create = world.ledger(first, "trunk").create([
        {
          ts: new Date(START).toISOString(),
          event: "run_started",
          schema_version: 1,
          graph: { name: pipeline.name, digest: "d" },
          goal: "g",
          inputs: {},
          config_digest: "c",
          engine_version: "0.1.0",
          coordinator: "app",
          budget: luck.happens(0.3)
            ? { usd: 0.05, tokens: null, minutes: null, attempts: null, on_unknown: "allow" }
            : undefined,
          base_sha: "0".repeat(40),
          github: { repository: "a/b", graph_sha: "0".repeat(40), durability: "stage" },
        },
      ]);
      time.after(10_000, lookAgain);
      if (luck.happens(0.5)) time.after(10_000, lookAgain);
      // The sweep: the net under everything that is lost.
      for (let at = 300_000; at < 72 * HOUR; at += 300_000)
        time.after(at, () => {
          if (!over()) lookAgain();
        });
      /** A person's wish, judged on what is there when it is stored; null: there is nothing to wish for. */
      const person = async (wish: (state: RunState) => EventBody | null) => {
        const ledger = world.ledger({ name: "person", dead: false }, "trunk");
        for (let tries = 0; tries < 20; tries++) {
          const { tip, events } = await ledger.read();
          const wished = wish(
            foldAll(
              pipeline,
              events.map((line) => parseEvent(line)),
            ),
          );
          if (wished === null) return;
          const stored = await ledger.append(tip, [{ ts: new Date(time.now()).toISOString(), ...wished }]);
          if (stored.ok) return lookAgain();
        }
      };
      if (luck.happens(0.2))
        time.after(
          luck.between(20_000, 600_000),
          () =>
            void person(({ ended }) =>
              ended ? null : { event: "cancellation_requested", reason: "a person said so", by: "ada" },
            ),
        );
      // Now and then somebody pays what a provider asks for.
      for (let at = luck.between(600_000, HOUR); at < 72 * HOUR; at += HOUR)
        time.after(
          at,
          () =>
            void person((state) =>
              isPaused(state) ? { event: "run_resumed", by: "ada", reopened: false, lost_attempts: 0 } : null,
            ),
        );
      const over = () => world.log().some((line) => /^run_(?:completed|failed|canceled)$/.test(line.event));
      for (let day = 1; day <= 3 && !over(); day++) await time.run(START + day * 24 * HOUR);
      // Zombies and late hints get their chance to do harm.
      await time.run(time.now() + HOUR);
      await create;
      if (problems.length > 0) throw problems[0];
    },
  };
}
