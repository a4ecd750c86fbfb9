/** Starts, ends and heartbeats of attempts. */
import type { NodeFacts, RunFacts, ScopeFacts } from "./facts.ts";
import { failedEnd, succeeded, visitBegins } from "./failures.ts";
import { nodeOf } from "./make.ts";
import { again, type Mark } from "./mark.ts";
import { asNumber, asTextField, isObject, listField, number, object, type RawJson } from "./read.ts";

const MOST_OPEN = 500;
const MOST_DURATIONS = 1_000;
/** Clocks of a heartbeat and of the line that wrote it. */
const SLACK_MS = 5_000;

/** Lines of older logs name no visit. */
const attemptOf = (line: RawJson): string => `${asNumber(line.visit) ?? 0}/${asNumber(line.attempt) ?? 1}`;

export function seeAttemptStart(facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark): void {
  const node = nodeOf(facts, scope, asTextField(line.node_id));
  const first = (asNumber(line.attempt) ?? 1) === 1;
  if (first) visitBegins(facts, node);
  node.starts += 1;
  if (first) node.visits += 1;
  if (node.open.size < MOST_OPEN) node.open.set(attemptOf(line), mark);
  if (facts.started === null && scope.key === "") facts.started = mark;
}

export function seeAttemptEnd(facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark): void {
  const node = nodeOf(facts, scope, asTextField(line.node_id));
  const id = attemptOf(line);
  const begun = node.open.get(id) ?? null;
  node.open.delete(id);
  node.ends += 1;
  node.lastStatus = asTextField(line.status);
  node.lastMark = mark;
  scope.lastEnded = node.id;
  const ms = asNumber(line.duration_ms) ?? (begun === null ? null : mark.ms - begun.ms);
  if (ms !== null && node.durations.length < MOST_DURATIONS) node.durations.push(ms);
  usage(facts, scope, node, line);
  // An attempt that was lost with its process begins again: it says nothing of the stage.
  if (object(line, "evidence").lost === true) return;
  if (isFailure(node.lastStatus)) failedEnd(facts, scope, node, line, mark);
  else succeeded(scope, node);
}

const isFailure = (status: string): boolean => status === "fail" || status === "retry";

function usage(facts: RunFacts, scope: ScopeFacts, node: NodeFacts, line: RawJson): void {
  for (const spent of listField(line, "usage")) {
    if (!isObject(spent)) continue;
    const usd = number(spent, "cost_usd");
    if (usd === null) {
      facts.money.unknown += 1;
      facts.money.unpriced.add(node.id);
    } else addMoney(facts, scope.key, node.id, usd);
  }
}

const MOST_PARTS = 5_000;

export function addMoney(facts: RunFacts, branch: string, node: string, usd: number): void {
  const { money } = facts;
  money.known += usd;
  const part = money.parts.find((one) => one.branch === branch && one.node === node);
  if (part) part.usd += usd;
  else if (money.parts.length < MOST_PARTS) money.parts.push({ branch, node, usd });
}

/** Heartbeats of an attempt that runs are as they should be; any other is stale. */
export function heartbeat(facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark): void {
  const node = nodeOf(facts, scope, asTextField(line.node_id));
  if (scope.tail === null) scope.tail = { count: 1, first: mark, last: mark, byNode: new Map() };
  else again(scope.tail, mark);
  scope.tail.byNode.set(node.id, (scope.tail.byNode.get(node.id) ?? 0) + 1);
  if (!isLive(node, line, mark)) node.stale = again(node.stale, mark);
}

function isLive(node: NodeFacts, line: RawJson, mark: Mark): boolean {
  if (asNumber(line.visit) !== null) return node.open.has(attemptOf(line));
  const elapsed = asNumber(line.elapsed_s);
  for (const begun of node.open.values())
    if (elapsed === null || elapsed * 1000 <= mark.ms - begun.ms + SLACK_MS) return true;
  return false;
}
