/** A seeded world: coordinators, runners, refs and GitHub, with everything going wrong that docs/protocol.md lists. */

import { foldAll } from "../../engine/core/fold.ts";
import { hash32 } from "../../engine/core/hash.ts";
import type { ReadOnly } from "../../engine/core/read-only-stages.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { CHILD_GRAPH, children } from "./children.ts";
import { app, sweeps } from "./coordinators.ts";
import { simGitHub } from "./github.ts";
import { compiled, PIPELINES } from "./graphs.ts";
import { playJob } from "./jobs.ts";
import { asEvent, simLedger, simRefs } from "./ledgers.ts";
import { stamped } from "./look.ts";
import type { SimWorld } from "./model.ts";
import { isOver, people } from "./people.ts";
import { chance } from "./random.ts";
import { said } from "./stages.ts";
import { startOf } from "./start.ts";
import { clockOf, type Life, simTime } from "./time.ts";
import type { GitHubFaults } from "./workflow-run.ts";

const RUN = "run1";
const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
/** A third of the worlds each. */
const READ_ONLY: readonly ReadOnly[] = ["none", "privileged", "all"];
/** Some stages together are longer. */
const SHORT_JOB_MS = 120_000;

/** What a world is not left to choose by its seed. */
export interface Given {
  /** Everything but goal, start and exit. */
  readonly graph?: string;
  /** How much goes wrong: 0 is nothing. */
  readonly rough?: number;
  readonly jobMs?: number;
  readonly rounds?: number;
  readonly coordinator?: SimWorld["coordinator"];
  readonly readOnly?: ReadOnly;
  readonly tells?: boolean;
  readonly stage?: SimWorld["stage"];
}

const githubFaults = (rough: number): GitHubFaults => ({
  dispatchLost: rough * 0.15,
  dispatchDoubled: rough * 0.2,
  answerLost: rough * 0.2,
  startupFailure: rough * 0.02,
  goDropped: rough * 0.04,
  neverCame: rough * 0.02,
  staleOutput: rough * 0.5,
  cancelUnseen: rough * 0.2,
});

export interface Played {
  readonly world: SimWorld;
  play(): Promise<void>;
  /** Jobs beside the workflow's own that looked at the run: a comment, the clock. */
  looks(): number;
}

export function simWorld(seed: number, given: Given = {}): Played {
  const luck = chance(seed);
  const time = simTime(START);
  const refs = simRefs();
  const drawn = PIPELINES[luck.below(PIPELINES.length)] as Pipeline;
  const pipeline = given.graph === undefined ? drawn : compiled(given.graph);
  const asRough = luck.next();
  const rough = given.rough ?? asRough;
  // In some worlds hardly a job reaches its end, and people press "re-run" all the time.
  const isHell = given.rough === undefined && luck.happens(0.25);
  const coordinator = given.coordinator ?? (luck.happens(0.4) ? "app" : "workflow");
  const readOnly = given.readOnly ?? READ_ONLY[hash32(`${seed}/read-only`) % READ_ONLY.length]!;
  const problems: unknown[] = [];
  const problem = (error: unknown) => problems.push(error);
  const github = simGitHub({
    ...{ time, chance: luck, faults: githubFaults(rough) },
    rounds: given.rounds ?? 1 + luck.below(4),
    privileged: readOnly === "privileged",
    play: (job, end) => playJob(world, job, end, problem),
    completed(run) {
      persons.see(run);
      coordinators.see(run);
    },
  });
  const world: SimWorld = {
    ...{ seed, pipeline, coordinator, readOnly, time, chance: luck, refs, github },
    tells: given.tells ?? luck.happens(rough > 0 ? 0.3 : 0),
    budgetUsd: rough > 0 && luck.happens(0.3) ? 0.05 : null,
    faults: { lostAnswer: rough * 0.1, staleRead: rough * 0.2, latencyMs: 1 + rough * 3_000 },
    lossRate: isHell ? 0.15 + rough * 0.4 : rough * 0.25,
    zombieRate: isHell ? 0.6 : 0.35,
    jobMs: given.jobMs ?? (luck.happens(0.3) ? SHORT_JOB_MS : 6 * HOUR),
    stage: given.stage ?? ((effect, lost) => said(seed, effect, lost)),
    ...{
      killed: [],
      zombies: new Set(),
      legs: [],
      parcels: new Map(),
      endedLegs: new Set(),
      left: [],
      asking: new Set(),
      asked: false,
    },
    ledger: (life, ref) => simLedger(world, life, RUN, ref),
    coordination: (life) => ({
      ledger: world.ledger(life, "trunk"),
      who: coordinator,
      actions: github.port(life),
      clock: clockOf(time, life),
      children: {
        ledger: (id) => world.ledger(life, id),
        readAt: () => async (path) => (path === "child.dot" ? CHILD_GRAPH : null),
        openRuns: async () => [],
      },
      pipeline: async () => pipeline,
      folded: async (_graph, { events }) => foldAll(pipeline, events.map(asEvent)),
      speak: async () => undefined,
      tried: new Map(),
    }),
    hinted: (ids) => hinted(ids),
    log: () => refs.log("trunk"),
  };
  const coordinators = (coordinator === "app" ? app : sweeps)(world, { rough, problem });
  const hinted = children(world, () => {
    if (!luck.happens(rough * 0.3)) coordinators.heard();
  });
  const reruns = isHell ? 0.7 : rough * 0.4;
  const persons = people(world, { rough, reruns }, coordinators.heard);

  return {
    world,
    looks: coordinators.looks,
    async play() {
      // The app begins a run that a comment asks for, and a person one by the form.
      if (coordinator === "app" && luck.happens(0.5)) {
        const starter: Life = { name: "app's start", dead: false };
        void world
          .ledger(starter, "trunk")
          .create([stamped(world, startOf(world))])
          .then(coordinators.heard);
      } else github.dispatch(null);
      coordinators.begin();
      for (let day = 1; day <= 3 && !isOver(world); day++) await time.run(START + day * 24 * HOUR);
      // Zombies and late re-runs get their chance to do harm.
      await time.run(time.now() + HOUR);
      if (problems.length > 0) throw problems[0];
    },
  };
}
