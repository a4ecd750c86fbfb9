/** One graph with two branches and a question: run, answered, and run to its end. */
import type { LedgerEvent } from "../../../engine/ledger/port.ts";
import { runsOf } from "../probe-run.ts";
import type { See } from "./assumptions.ts";
import { begin, dispatched } from "./begin.ts";
import { clockOff } from "./clock.ts";
import { graphPath } from "./graphs.ts";
import { firstHeard, laterHeard } from "./heard.ts";
import { jobsSeen } from "./jobs-seen.ts";
import type { Playing } from "./playing.ts";
import { comesFrom, EndedEarly, endOf, isOf, logOf, over, within } from "./watch.ts";

export async function firstRun(playing: Playing, see: See): Promise<void> {
  const { caller, made, limits, name } = playing;
  const { github } = caller;
  const clockSeen = await clockOff(playing, see);
  const first = await begin(playing, graphPath(name, "branches"));
  const run = `r${first}`;
  await listed(playing, run, see);
  const gate = await comesFrom(playing, first, "the question of the first run", async () => {
    const events = await logOf(github, run);
    return events.find(({ event }) => event === "human_gate_waiting") ?? endOf(events);
  });
  if (gate.event !== "human_gate_waiting") {
    see("success", false, `no question came: ${gate.event}`);
    throw new EndedEarly(`the first run ended before its question: ${wordsOf(gate)}`);
  }
  const asked = await over(playing, first, "the workflow run that asks");
  await clockSeen();
  const heard = await firstHeard(playing, asked);
  const command = `choose ${String(gate.gate)} [Y] Yes --run ${run}`;
  const second = await dispatched(playing, caller.branch, { command }, command);
  const told = await over(playing, second, "the command that answers");
  see("command", told.conclusion === "success", `its workflow run ended ${told.conclusion}`);
  if (told.conclusion !== "success")
    throw new EndedEarly(`the answer was not taken; ${told.html_url} tells why`);
  const third = await within(playing, limits.run, async () => {
    const found = (await runsOf(caller)).find((one) => one.id > second && isOf(run, one));
    return found?.id ?? null;
  });
  if (third === null) throw new EndedEarly("no workflow run was dispatched after the answer");
  made.workflowRuns.add(third);
  const end = await comesFrom(playing, third, "the end of the first run", async () =>
    endOf(await logOf(github, run)),
  );
  const last = await over(playing, third, "its last workflow run");
  const all = [asked, told, last].map(({ conclusion }) => conclusion);
  const good = end.event === "run_completed" && all.every((one) => one === "success");
  see("success", good, `${end.event}; its workflow runs ended ${all.join(", ")}`);
  await jobsSeen(playing, [first, second, third], see);
  await laterHeard(playing, heard, see);
  if (!good) throw new EndedEarly(`the first run did not end well: ${wordsOf(end)}`);
}

async function listed(playing: Playing, run: string, see: See): Promise<void> {
  const { caller, limits } = playing;
  const began = performance.now();
  const found = await within(playing, limits.listed, async () =>
    (await runsOf(caller)).some((one) => isOf(run, one)) ? true : null,
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  see(
    "listed",
    found !== null,
    found === null ? `not listed after ${seconds} s` : `listed after ${seconds} s`,
  );
}

/** Of a log: for the person at the terminal alone. */
const wordsOf = ({ event, failure_reason }: LedgerEvent): string =>
  `${event}${typeof failure_reason === "string" ? ` (${failure_reason.slice(0, 300)})` : ""}`;
