/** What must hold in every world, however it went. Each line names what it would cost a user. */
import { isDeepStrictEqual } from "node:util";
import type { EventOf } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import { totals } from "../../engine/core/usage.ts";
import { dishonestEnd } from "../core/honest-end.ts";
import { historyProblems } from "./history.ts";
import { onlyReads, type SimWorld } from "./model.ts";
import { workflowProblems } from "./workflow-invariants.ts";

export function broken(world: SimWorld): string[] {
  const log = world.log();
  const found: string[] = [];
  const check = (good: boolean, what: string) => {
    if (!good) found.push(what);
  };
  const ends = log.filter((line) => /^run_(?:completed|failed|canceled)$/.test(line.event));
  // Nobody began it: the first job of the workflow run never came.
  if (log.length === 0) return found;
  check(ends.length === 1, `the run has ${ends.length} ends`);
  check(ends.length === 0 || log.at(-1) === ends[0], "something follows the end");
  const dishonest = dishonestEnd(log);
  check(dishonest === null, dishonest ?? "");
  check(
    log.every((line, i) => line.seq === i + 1),
    "the log is not one line of numbers",
  );
  check(
    log.every((line, i) => i === 0 || line.ts >= (log[i - 1]?.ts ?? "")),
    "time goes back in the log",
  );

  const claims = new Map<string, number>();
  let canceledAt = -1;
  const open = new Map<string, number>();
  const unpaid = new Set<string>();
  const afterCancel = new Set<string>();
  for (const [i, line] of log.entries()) {
    if (line.event === "hop_started") {
      const key = `${line.hop}.${line.epoch}`;
      claims.set(key, (claims.get(key) ?? 0) + 1);
    }
    if (line.event === "cancellation_requested" && !line.branches && canceledAt < 0) canceledAt = i;
    const place =
      "node_id" in line ? `${"branch_key" in line ? (line.branch_key ?? "") : ""}/${line.node_id}` : "";
    if ((line.event === "run_paused" || line.event === "leg_paused") && line.provider) unpaid.add(place);
    if (line.event === "run_resumed") unpaid.clear();
    if (line.event === "stage_attempt_start") {
      check(!unpaid.has(place), `${place} was tried again before anybody paid`);
      const key = `${place}/${line.visit}/${line.attempt}`;
      check(!open.has(key), `attempt ${key} started twice`);
      open.set(key, i);
      if (
        canceledAt >= 0 &&
        line.branch_key === undefined &&
        line.handler === "tool" &&
        !onlyReads(world, line.node_id)
      )
        afterCancel.add(key);
    }
    if (line.event === "stage_attempt_end") {
      const key = `${place}/${line.visit}/${line.attempt}`;
      check(open.has(key), `attempt ${key} ended without a start`);
      open.set(key, -1);
      // Its start may stand behind a request that its job took in with the same push: then it is stopped at once.
      check(
        !afterCancel.has(key) || line.evidence?.canceled === true || line.evidence?.lost === true,
        `attempt ${key} started after the cancel was in the log`,
      );
    }
  }
  // A job that is lost after its branch had rested leaves what was open in there as it was.
  const lost = log.flatMap((line) =>
    line.event === "branch_completed" && line.result.left_by === "lost" ? [line.branch_key] : [],
  );
  const inLost = (place: string) => lost.some((key) => place.startsWith(`${key}/`));
  const unended = [...open].flatMap(([key, at]) => (at === -1 || inLost(key) ? [] : [key]));
  check(unended.length === 0, `attempts never ended: ${unended.join(", ")}`);
  check(
    [...claims.values()].every((count) => count === 1),
    `a hop was claimed twice: ${JSON.stringify([...claims])}`,
  );
  for (const problem of [...historyProblems(world), ...workflowProblems(world)]) found.push(problem);
  const fans = log.flatMap((line) => (line.event === "fanout_started" ? [fanOf(line)] : []));
  const joins = log.flatMap((line) => (line.event === "fanout_joined" ? [fanOf(line)] : []));
  const unjoined = fans.filter((fan) => !joins.includes(fan) && !inLost(fan));
  check(
    unjoined.length === 0 && joins.length <= fans.length,
    `fan-outs without a join: ${unjoined.join(", ")}`,
  );
  const started = log.filter((line) => line.event === "branch_started").map((line) => line.branch_key);
  for (const key of started.filter((each) => !inLost(each)))
    check(
      log.filter((line) => line.event === "branch_completed" && line.branch_key === key).length === 1,
      `branch ${key} has no single end`,
    );
  const state = foldAll(world.pipeline, log);
  const spent = totals(state.usage).usd;
  // One call a leg may be under way when a reservation runs out; here a call costs a cent.
  if (state.budget?.usd) check(spent <= state.budget.usd + 0.01 * 8, `spent ${spent} of ${state.budget.usd}`);
  check(isDeepStrictEqual(foldAll(world.pipeline, log), state), "folding twice gives two states");
  return found;
}

const fanOf = (line: EventOf<"fanout_started"> | EventOf<"fanout_joined">): string =>
  `${line.branch_key ?? ""}/${line.node_id}/v${line.visit}`;
