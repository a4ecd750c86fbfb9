/**
 * A person's story told while the app is a process that is killed at random moments: command, branches, a question, a
 * failed branch, resume, success; with webhooks lost, doubled and out of order.
 */
import type { RunEvent } from "../../../engine/core/events.ts";
import { type Chance, chance } from "../../sim/random.ts";
import { appProcess, listening } from "./app-process.ts";
import { type Scene, scene } from "./scene.ts";
import { type Told, wrongWith } from "./unbroken.ts";

const GRAPH = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  pre [shape=parallelogram, tool_command="x"]; ask [shape=hexagon, label="Go on?"]
  par [shape=component, join_policy=k_of_n, k=2]; join [shape=tripleoctagon]
  a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
  post [shape=parallelogram, tool_command="x"]; drop [shape=parallelogram, tool_command="x"]
  start -> pre -> ask; ask -> par [label="[G] Go on"]; ask -> drop [label="[D] Drop"]; drop -> exit
  par -> a -> join; par -> b -> join; join -> post [condition="outcome=success"]; post -> exit }`;

/** A person says a thing again when nothing comes of it for so long. */
const PATIENCE_MS = 3_000;
const MOST_PATIENCE_MS = 24_000;

/** Within this the app tells an end, however often it died while it did; else the test says what is wrong. */
const TELLING_MS = 30_000;

/** Half of the kills come soon after it listens, where it has most to do; the others wherever the story is by then. */
const moment = (luck: Chance): number => 20 + luck.next() * (luck.happens(0.5) ? 800 : 5_000);

export interface Killed {
  readonly kills: number;
  readonly runs: number;
  readonly wrong: readonly string[];
}

export async function killed(seed: number, kills: number): Promise<Killed> {
  const luck = chance(seed);
  const s = await scene(GRAPH, { started: false, seed });
  s.hops.says = (node, nth) => (node === "b" && nth === 1 ? "fail" : "success");
  Object.assign(s.box.faults.webhooks, { lose: 0.2, duplicate: 0.3, reorder: 0.2 });
  const ada = person(s, luck);
  let child = appProcess(s);
  try {
    await listening(s);
    for (let done = 0; ; ) {
      const busy = await ada.look(done < kills);
      if (done >= kills && !busy) break;
      await new Promise((resolve) => setTimeout(resolve, moment(luck)));
      if (done >= kills) continue;
      child.kill("SIGKILL");
      done++;
      child = appProcess(s);
      await listening(s);
    }
    const until = Date.now() + TELLING_MS;
    await s.until(
      async () =>
        Date.now() > until ||
        (await ada.runs()).every((run) => run.sticky?.includes("succeeded") && run.delivered),
    );
  } finally {
    child.kill("SIGKILL");
  }
  const runs = await ada.runs();
  await s.close();
  return { kills, runs: runs.length, wrong: runs.flatMap(wrongWith) };
}

/** Starts a run when none is open, answers its question by button or by words, resumes it when it failed. */
function person(s: Scene, luck: Chance) {
  const begun = new Set<number>();
  const waits = new Map<string, { until: number; ms: number }>();
  let said = 0;
  const logOf = (id: number): Promise<RunEvent[]> => s.log(`c${id}`).catch(() => []);

  /** At once the first time; again when nothing came of it, later each time. */
  async function say(what: string, words: () => unknown): Promise<void> {
    const wait = waits.get(what) ?? { until: 0, ms: PATIENCE_MS };
    if (Date.now() < wait.until) return;
    await words();
    waits.set(what, { until: Date.now() + wait.ms, ms: Math.min(MOST_PATIENCE_MS, wait.ms * 2) });
  }

  async function answer(id: number): Promise<unknown> {
    const check = s.checks(`c${id}`).findLast((one) => one.conclusion === "action_required");
    const button = check?.actions[0];
    return check && button && luck.happens(0.5)
      ? s.box.browser.clickButton(s.ada, check, button.identifier)
      : s.comment(`/attractor choose ask G --run c${id}`);
  }

  return {
    /** False: every run that began has succeeded. */
    async look(more: boolean): Promise<boolean> {
      if ((await logOf(said)).length > 0) begun.add(said);
      let open = 0;
      for (const id of begun) {
        const log = await logOf(id);
        const last = log.at(-1)?.event;
        if (last === "run_completed") continue;
        open++;
        if (last === "run_failed") await say(`resume ${id}`, () => s.comment(`/attractor resume c${id}`));
        if (last === "human_gate_waiting") await say(`answer ${id}`, () => answer(id));
      }
      if (open > 0 || (!more && begun.size > 0)) return open > 0;
      await say(`run after ${begun.size}`, async () => {
        said = await s.comment("/attractor run g.dot");
      });
      return true;
    },
    runs: (): Promise<Told[]> =>
      Promise.all(
        [...begun].map(async (id) => ({
          log: await logOf(id),
          performed: s.hops.ranIn(`c${id}`),
          sticky: s.sticky(`c${id}`),
          stickies: [...s.repository.comments.values()].filter((one) =>
            one.body.startsWith(`<!-- attractor:run:c${id} `),
          ).length,
          checks: s.checks(`c${id}`).map((one) => one.conclusion),
          delivered: deliveries(s, `c${id}`) > 0,
        })),
      ),
  };
}

/** Of its last end: an earlier one may have been resumed before anybody asked. */
const deliveries = (s: Scene, run: string): number =>
  [...s.repository.runs.values()].filter(
    ({ title, id }) => title.endsWith(`${run} hop final.1`) && id > lastHop(s, run),
  ).length;

const lastHop = (s: Scene, run: string): number =>
  Math.max(
    ...[...s.repository.runs.values()].flatMap(({ title, id }) =>
      /hop \d/.test(title) && title.includes(`${run} `) ? [id] : [],
    ),
  );
