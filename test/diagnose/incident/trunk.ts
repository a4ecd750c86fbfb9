/** The run's own log: five nodes that pass, 36 rounds of the scaffold, a fan-out that never came back. */
import { at, attempt, beats, type End, edge, inOrder, iso, type Line, timeOf } from "./lines.ts";
import { SCAFFOLD_REASONS } from "./reasons.ts";
import { implSeconds, verifySeconds } from "./seconds.ts";

export const START = "2026-02-10T09:22:03.948370657Z";
const FAN_OUT = "2026-02-10T16:21:49.878354873Z";
const LAST = "2026-02-10T17:10:00.10969594Z";

interface Visit {
  readonly node: string;
  readonly from: number;
  readonly to: number;
  readonly end: End;
}

const GOOD: End = { status: "success" };
const ROUNDS = 36;
const IMPL_FAILS: Readonly<Record<number, string>> = {
  6: "codex ended without a summary",
  15: "the crate was left half written",
  27: "no file was changed",
};

/** Before the scaffold: what passes at once, then two parts that pass the second time. */
function early(): Visit[] {
  const bad = (reason: string): End => ({ status: "fail", reason });
  const short = "the list of C modules leaves out rip.c";
  const thin = "no section says who owns the message line";
  const steps: readonly [string, number, End][] = [
    ["check_toolchain", 1, GOOD],
    ["expand_spec", 453, GOOD],
    ["impl_analysis", 900, GOOD],
    ["verify_analysis", 250, bad(short)],
    ["check_analysis", 0, bad(short)],
    ["impl_analysis", 500, GOOD],
    ["verify_analysis", 200, GOOD],
    ["check_analysis", 0, GOOD],
    ["impl_architecture", 700, GOOD],
    ["verify_architecture", 250, bad(thin)],
    ["check_architecture", 0, bad(thin)],
    ["impl_architecture", 400, GOOD],
    ["verify_architecture", 250, GOOD],
    ["check_architecture", 0, GOOD],
  ];
  let now = at("09:22:04");
  return steps.map(([node, seconds, end]) => {
    const from = now;
    now += seconds * 1000;
    return { node, from, to: now, end };
  });
}

function scaffold(): Visit[] {
  const visits: Visit[] = [];
  let now = at("10:27:08");
  const push = (node: string, ms: number, end: End) => {
    visits.push({ node, from: now, to: now + ms, end });
    now += ms;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const reason = SCAFFOLD_REASONS[round];
    const end: End = reason === undefined ? GOOD : { status: "fail", reason };
    const impl = IMPL_FAILS[round];
    push("impl_scaffold", implSeconds[round]! * 1000, impl ? { status: "fail", reason: impl } : GOOD);
    push("verify_scaffold", verifySeconds[round]! * 1000, end);
    push("check_scaffold", 0, end);
    now += 4_100;
  }
  return visits;
}

function steps(visits: readonly Visit[]): Line[] {
  const counts = new Map<string, number>();
  return visits.flatMap(({ node, from, to, end }, i) => {
    const next = visits[i + 1]?.node ?? "fanout";
    const key = `${node}|deterministic|${end.reason}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const check = {
      event: "deterministic_failure_cycle_check",
      ts: iso(to),
      node_id: node,
      signature: key.slice(0, 240),
      signature_count: counts.get(key),
      signature_limit: 3,
      failure_class: "deterministic",
      failure_reason: end.reason,
    };
    const condition = node.startsWith("check_") ? `outcome=${end.status}` : "";
    return [
      ...attempt(node, from, to, end),
      ...(end.status === "fail" ? [check] : []),
      edge(node, next, to, condition),
    ];
  });
}

/** Every agent's heartbeats went on for ever, so each of 81 attempts still sent them at the end. */
function heartbeats(visits: readonly Visit[], fan: number, last: number): Line[] {
  const agents = visits.filter(({ node }) => /^(?:impl|verify|expand)_/.test(node));
  const age = agents.reduce((sum, { from }) => sum + fan - 1 - from, 0);
  const before = spread(
    agents.map(({ from }) => (31_222 * (fan - 1 - from)) / age),
    31_222,
  );
  const after = (node: string): number =>
    ({ impl_scaffold: 3514 / ROUNDS, verify_scaffold: 3470 / ROUNDS })[node] ?? 960 / 9;
  const groups = ["impl_scaffold", "verify_scaffold"];
  const sums = new Map(groups.map((name) => [name, 0]));
  let given = 0;
  const tail = agents.map(({ node }) => {
    const group = groups.includes(node) ? node : "older";
    const so = (sums.get(group) ?? 0) + after(node);
    const n = Math.round(so) - Math.round(sums.get(group) ?? 0);
    sums.set(group, so);
    given += n;
    return n;
  });
  if (given !== 7_944) throw new Error(`${given} heartbeats after the fan-out`);
  return agents.flatMap(({ node, from }, i) => [
    ...beats(node, from, from, fan - 1, before[i]!),
    ...beats(node, from, fan, last - 200, tail[i]!),
  ]);
}

/** Whole numbers that sum up to `total`. */
function spread(shares: readonly number[], total: number): number[] {
  let so = 0;
  const whole = shares.map((share) => {
    const n = Math.round(so + share) - Math.round(so);
    so += share;
    return n;
  });
  if (Math.round(so) !== total) throw new Error(`${so} is not ${total}`);
  return whole;
}

function warnings(visits: readonly Visit[]): Line[] {
  const impls = visits.filter(({ node }) => node === "impl_scaffold");
  const warning = (ms: number, message: string): Line => ({ event: "warning", ts: iso(ms), message });
  const schema = "codex schema validation failed; retrying once without --output-schema";
  const state = "codex state-db discrepancy detected; retrying once with a fresh state root";
  return [
    ...Array.from({ length: 81 }, (_, i) => warning(impls[i % ROUNDS]!.from + 60_000 + i * 500, schema)),
    ...[3, 11, 20].map((i) => warning(impls[i]!.from + 90_000, state)),
  ];
}

export function trunk(): Line[] {
  const first: Visit = { node: "start", from: at("09:22:03.948"), to: at("09:22:04"), end: GOOD };
  const visits = [first, ...early(), ...scaffold()];
  const fan = Date.parse(FAN_OUT);
  const fanned = { event: "stage_attempt_start", ts: FAN_OUT, node_id: "fanout", attempt: 1, max: 4 };
  const lines = inOrder([
    ...steps(visits),
    ...warnings(visits),
    ...heartbeats(visits, fan, Date.parse(LAST)),
  ]);
  const [begun, ...rest] = lines;
  const afterFan = rest.findIndex((line) => timeOf(line) > fan);
  const body = [...rest.slice(0, afterFan), fanned, ...rest.slice(afterFan)];
  const newest = body.findLastIndex((line) => line.node_id === "verify_scaffold");
  const [beat] = body.splice(newest, 1);
  return [{ ...begun!, ts: START }, ...body, { ...beat!, ts: LAST }];
}

/** Each visit once more: that is what the checkpoint held. */
export const completedNodes = (): string[] => [
  "start",
  ...early().map(({ node }) => node),
  ...scaffold().map(({ node }) => node),
];
