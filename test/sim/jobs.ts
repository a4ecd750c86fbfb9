/** Jobs as processes: what a runner does to them, which part they are, and what the server sees of their end. */
import { LedgerError } from "../../engine/ledger/port.ts";
import { playLast } from "./last-job.ts";
import { playLeg } from "./leg-job.ts";
import type { SimWorld } from "./model.ts";
import type { Said } from "./said.ts";
import { playTrunk } from "./trunk-job.ts";
import type { Ended, SimJob } from "./workflow-run.ts";

/** At its first look at the ledger, in its first stage, or at any time. */
const LOST_WITHIN_MS = [3_000, 30_000, 200_000];

export function playJob(
  world: SimWorld,
  job: SimJob,
  end: (how: Ended) => void,
  problem: (error: unknown) => void,
): void {
  const { life, run, spec } = job;
  const isLast = spec.kind === "next" || spec.kind === "canceled";
  const gone = (how: Ended["result"]) => {
    run.mishap = true;
    end({ result: how, go: "" });
  };
  if (world.chance.happens(world.lossRate)) {
    world.time.after(
      isLast
        ? world.chance.between(0, 8_000)
        : world.chance.between(0, LOST_WITHIN_MS[world.chance.below(3)] ?? 0),
      () => {
        if (job.result !== null) return;
        // A zombie lives on after GitHub has given it up.
        if (world.chance.happens(world.zombieRate)) {
          world.zombies.add(life.name);
          if (world.chance.happens(0.5))
            life.stillUntil = world.time.now() + world.chance.between(0, 1_200_000);
        } else life.dead = true;
        gone(world.chance.happens(0.15) ? "cancelled" : "failure");
      },
    );
  }
  if (!isLast)
    world.time.after(world.jobMs, () => {
      if (job.result !== null) return;
      life.dead = true;
      world.killed.push(life.name);
      gone(world.chance.happens(0.3) ? "cancelled" : "failure");
    });
  part(world, job).then(
    ({ red, go }) => {
      end({ result: job.cancel.signal.aborted ? "cancelled" : red ? "failure" : "success", go });
    },
    (error: unknown) => {
      if (!(error instanceof LedgerError)) problem(error);
      gone("failure");
    },
  );
}

function part(world: SimWorld, job: SimJob): Promise<Said> {
  switch (job.spec.kind) {
    case "trunk":
      return playTrunk(world, job);
    case "legs":
      return playLeg(world, job);
    case "next":
      return playLast(world, job, false);
    case "canceled":
      return playLast(world, job, true);
  }
}
