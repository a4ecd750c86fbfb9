/** A second run whose workflow run is cancelled while a stage is at work. */
import { cancelRun, jobsOf } from "../probe-run.ts";
import type { See } from "./assumptions.ts";
import { begin } from "./begin.ts";
import { clockOffSeen, clockOn } from "./clock.ts";
import { graphPath } from "./graphs.ts";
import type { Playing } from "./playing.ts";
import { comesFrom, EndedEarly, endOf, logOf, over, within } from "./watch.ts";

export async function cancelledRun(playing: Playing, see: See): Promise<void> {
  const { caller, name, limits, made } = playing;
  const { github } = caller;
  await clockOn(github, made);
  const id = await begin(playing, graphPath(name, "long"));
  const run = `r${id}`;
  const working = await comesFrom(
    playing,
    id,
    "the first stage of the run that is to be cancelled",
    async () => {
      const events = await logOf(github, run);
      return events.find(({ event }) => event === "stage_attempt_start") ?? endOf(events);
    },
  );
  if (working.event !== "stage_attempt_start")
    throw new EndedEarly(`the run that was to be cancelled ended before: ${working.event}`);
  await cancelRun(github, id);
  const began = performance.now();
  const last = await over(playing, id, "the workflow run that was cancelled");
  const job = (await jobsOf(github, id)).find((one) => one.name === "Canceled");
  const ran = job !== undefined && job.conclusion !== "skipped";
  see("cancelled", ran, ran ? `Canceled ended ${job.conclusion}` : "Canceled did not begin");
  const end = await within(playing, limits.canceled - (performance.now() - began), async () =>
    endOf(await logOf(github, run)),
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  see(
    "canceled",
    end?.event === "run_canceled",
    end === null ? `no end after ${seconds} s` : `${end.event} after ${seconds} s`,
  );
  await clockOffSeen(playing, last, see);
}
