/** The parent's watchdog: a run that moves is left alone, one in which nothing moves ends. */
import { expect, it } from "vitest";
import type { StageEffect } from "../../engine/core/effects.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { vitals } from "../../engine/local/heartbeats.ts";
import type { OpenScope } from "../../engine/local/open-scopes.ts";
import { ENDING_MS } from "../../engine/stages/watchdog.ts";
import { virtualClock } from "../stages/virtual-clock.ts";

const open = (key: string, changes: Partial<OpenScope> = {}): OpenScope => ({
  key,
  parent: key === "" ? null : key.split("/").slice(0, -3).join("/"),
  node: "n",
  at: {},
  waitsForHuman: false,
  restsUntil: null,
  ...changes,
});

const A = "fan/v1/01-a";
const B = "fan/v1/02-b";

function watching(first: readonly OpenScope[]) {
  const clock = virtualClock();
  let scopes = first;
  const told: EventBody[] = [];
  const beats: EventBody[] = [];
  const stuck: number[] = [];
  const monitor = vitals({
    clock,
    heartbeatMs: 30,
    stallMs: 1000,
    stallCheckMs: 50,
    scopes: () => scopes,
    beat: (event) => void beats.push(event),
    stalled: (event) => void told.push(event),
    stuck: (ms) => void stuck.push(ms),
  });
  return {
    clock,
    told,
    beats,
    stuck,
    monitor,
    become: (next: readonly OpenScope[]) => {
      scopes = next;
    },
    begin: (key: string, timeoutMs: number | null = null) =>
      monitor.begin(
        {
          kind: "stage",
          id: `${key}/w`,
          scope: key,
          node: "w",
          visit: 1,
          attempt: 1,
          notBefore: null,
        } as StageEffect,
        { node_id: "w", visit: 1, attempt: 1, ...(key === "" ? {} : { branch_key: key }) },
        timeoutMs,
      ),
  };
}

it("R-LIVE-7: a run in which nothing moves between attempts stalls, and what holds it is told at last", async () => {
  const { clock, told, stuck, begin } = watching([open("", { node: "join" })]);
  const beat = begin("");
  await clock.advance(900);
  await beat.end();
  await clock.advance(900);
  expect(told, "its attempt ended a moment ago").toEqual([]);
  await clock.advance(200);
  expect(told).toEqual([
    { event: "stall_watchdog_timeout", node_id: "join", idle_ms: expect.any(Number), stall_timeout_ms: 1000 },
  ]);
  expect(stuck).toEqual([]);
  await clock.advance(ENDING_MS);
  expect(stuck).toHaveLength(1);
});

it("R-LIVE-7: a run that ends in time after its stall was told is not called stuck", async () => {
  const { clock, told, stuck, monitor } = watching([open("")]);
  await clock.advance(2000);
  expect(told).toHaveLength(1);
  monitor.stop();
  await clock.advance(2 * ENDING_MS);
  expect(stuck).toEqual([]);
});

it("R-LIVE-2: progress of any branch keeps the run alive, as output and as a step in the graph", async () => {
  const trunk = open("");
  const [a, b] = [open(A), open(B)];
  const { clock, told, begin, become } = watching([trunk, a, b]);
  const beat = begin(A);
  for (let round = 1; round <= 30; round++) {
    await clock.advance(500);
    beat.activity(round);
    become([trunk, a, { ...b, at: {} }]);
  }
  expect(told).toEqual([]);
});

it("R-LIVE-2: a branch that only beats stalls out alone; the run goes on while it ends and after", async () => {
  const trunk = open("");
  const { clock, told, beats, begin, become } = watching([trunk, open(A)]);
  const beat = begin(A);
  await clock.advance(1200);
  expect(beats.length).toBeGreaterThan(30);
  expect(told).toMatchObject([{ event: "stall_watchdog_timeout", branch_key: A, node_id: "w" }]);
  await clock.advance(20_000);
  await beat.end();
  become([trunk]);
  await clock.advance(900);
  expect(told).toHaveLength(1);
});

it("R-LIVE-2: a branch that is held between its attempts stalls as a branch", async () => {
  const { clock, told } = watching([open(""), open(A, { node: "w" })]);
  await clock.advance(1200);
  expect(told).toMatchObject([{ branch_key: A, node_id: "w" }]);
});

it.each([
  ["of the run", [open("", { waitsForHuman: true })]],
  ["of a branch", [open(""), open(A, { waitsForHuman: true })]],
])("R-LIVE-7: a waiting gate %s never stalls", async (_what, scopes) => {
  const { clock, told } = watching(scopes);
  await clock.advance(100_000);
  expect(told).toEqual([]);
});

it("R-LIVE-7: a rest before a retry and a stage's own limit are no stall", async () => {
  const { clock, told, become, begin } = watching([open("")]);
  become([open("", { restsUntil: clock.now() + 10_000 })]);
  await clock.advance(10_500);
  expect(told).toEqual([]);
  become([open("")]);
  begin("", 20_000);
  await clock.advance(20_500);
  expect(told).toEqual([]);
});

it.each([7_200_000, -7_200_000])("R-SEC-10: the wall clock jumps by %d ms: nothing stalls", async (ms) => {
  const { clock, told, begin } = watching([open("")]);
  const beat = begin("");
  await clock.advance(900);
  beat.activity(1);
  clock.jump(ms);
  await clock.advance(900);
  expect(told).toEqual([]);
  await clock.advance(300);
  expect(told).toMatchObject([{ node_id: "w" }]);
});
