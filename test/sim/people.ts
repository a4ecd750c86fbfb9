/** People: they cancel, answer, pay, and press "re-run". What they say is stored, and then somebody looks at the run. */
import { answerEvent } from "../../engine/core/decide/gate.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import { isPaused } from "../../engine/ledger/projections/live.ts";
import { look, stamped } from "./look.ts";
import type { SimWorld } from "./model.ts";
import type { SimRun } from "./workflow-run.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** For how long somebody is there at all. */
export const PLAYED_MS = 72 * HOUR;
const MOST_ATTEMPTS = 5;

export interface People {
  /** A workflow run is over. */
  see(run: SimRun): void;
}

export function people(
  world: SimWorld,
  { rough, reruns }: { readonly rough: number; readonly reruns: number },
  heard: () => void,
): People {
  const { chance, time, github } = world;
  const start = time.now();

  /** A wish is judged on what is there when it is stored; null: there is nothing to wish for. */
  async function wish(of: (state: RunState) => EventBody | null, stored: () => void = () => undefined) {
    const ledger = world.ledger({ name: "person", dead: false }, "trunk");
    for (let tries = 0; tries < 20; tries++) {
      if (!world.refs.heads.has("trunk")) return;
      const { state, snapshot } = await look(world, ledger);
      const wished = of(state);
      if (wished === null) return;
      if ((await ledger.append(snapshot.tip, [stamped(world, wished)])).ok) {
        stored();
        return heard();
      }
    }
  }

  const cancel: EventBody = { event: "cancellation_requested", reason: "a person said so", by: "ada" };
  if (chance.happens(0.2 * Math.ceil(rough)))
    time.after(
      chance.between(20_000, 10 * MINUTE),
      () =>
        void wish(
          ({ ended }) => (ended ? null : cancel),
          () => (world.asked = true),
        ),
    );
  if (chance.happens(0.15 * Math.ceil(rough)))
    time.after(chance.between(10_000, 40 * MINUTE), () => {
      const live = [...github.runs.values()].filter((run) => !run.completed);
      const run = live[chance.below(live.length)];
      if (!run) return;
      world.asked = true;
      github.cancel(run);
    });
  // Now and then somebody looks at what waits: a bill, a question.
  for (let at = chance.between(3 * MINUTE, HOUR); at < PLAYED_MS; at += chance.between(5 * MINUTE, 2 * HOUR))
    time.after(at, () => {
      if (isOver(world)) return;
      void wish((state) =>
        isPaused(state)
          ? { event: "run_resumed", by: "ada", reopened: false, lost_attempts: 0 }
          : answerTo(state, world),
      );
    });

  return {
    see(run) {
      if (run.attempt >= MOST_ATTEMPTS || time.now() - start > PLAYED_MS) return;
      const likely = run.conclusion === "success" ? rough * 0.05 : reruns;
      if (!chance.happens(likely)) return;
      const mode = run.conclusion !== "success" && chance.happens(0.6) ? "failed" : "all";
      time.after(chance.between(1_000, 20 * MINUTE), () => github.rerun(run, mode));
    },
  };
}

export const isOver = (world: SimWorld): boolean =>
  /^run_(?:completed|failed|canceled)$/.test(world.refs.heads.get("trunk")?.all.at(-1)?.event ?? "");

function answerTo({ scopes, ended, stop }: RunState, { chance }: SimWorld): EventBody | null {
  if (ended || stop) return null;
  for (const scope of scopes.values()) {
    if (scope.cursor.phase !== "gate" || scope.cursor.gate.answer) continue;
    const { gate } = scope.cursor;
    // Most often the last choice, which leads out.
    const option = gate.options.at(chance.happens(0.3) ? 0 : -1) ?? null;
    return answerEvent(scope, gate, { ok: true, option, text: null }, { by: "ada", source: "comment" });
  }
  return null;
}
