/** Edges, breakers, fan-outs, branches and questions. */
import type { BranchFacts, FanName, RunFacts, ScopeFacts } from "./facts.ts";
import { factScope, fanBegins, fanEnds, nodeOf } from "./make.ts";
import { again, type Mark, markOnce } from "./mark.ts";
import { isObject, listField, number, object, type RawJson, textOfField } from "./read.ts";

const MOST_BRANCHES = 5_000;
const MOST_GATES = 1_000;
const FOR_FAILURE = /outcome\s*=\s*fail|outcome\s*!=\s*success/;

export function edgeSelected(facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark): void {
  const [from, to] = [textOfField(line, "from_node"), textOfField(line, "to_node")];
  const key = `${from}\t${to}`;
  const known = scope.edges.get(key);
  if (!known && facts.room.edges <= 0) return;
  if (!known) facts.room.edges -= 1;
  const edge = known ?? { ...markOnce(mark), count: 0, from, to, back: 0 };
  again(edge, mark);
  const failed = textOfField(line, "outcome") === "fail" || FOR_FAILURE.test(textOfField(line, "condition"));
  if (failed && (scope.nodes.get(to)?.visits ?? 0) > 0) edge.back += 1;
  scope.edges.set(key, edge);
}

export function cycleCheck(facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark): void {
  const { checks } = scope;
  checks.count += 1;
  checks.most = Math.max(checks.most, number(line, "signature_count") ?? 0);
  checks.limit = number(line, "signature_limit") ?? checks.limit;
  if (mark.seq !== null) countedByBreaker(facts, scope, line, mark);
}

/** Ours counts over all visits of a branch, earlier fan-outs included, which the lines of this scope do not tell. */
function countedByBreaker(facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark): void {
  const { loops } = nodeOf(facts, scope, textOfField(line, "node_id"));
  const [signature, count] = [textOfField(line, "signature"), number(line, "signature_count") ?? 0];
  const known = loops.get(signature);
  if (count < 2 || (known ? known.count >= count : facts.room.loops <= 0)) return;
  const [reason, kind] = [textOfField(line, "failure_reason"), textOfField(line, "failure_class")];
  if (!known) facts.room.loops -= 1;
  const first = known?.first ?? mark;
  loops.set(signature, { count, first, last: mark, signature, reason, class: kind, overcome: false });
}

export function fanOut(facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark): void {
  const fan = { node: textOfField(line, "node_id"), scope: scope.key };
  fanBegins(facts, fan.node, scope, mark);
  for (const planned of listField(line, "branches"))
    if (isObject(planned)) branchOf(facts, textOfField(planned, "key"), fan);
}

export function fanJoined(facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark): void {
  fanEnds(facts, textOfField(line, "node_id"), scope.key, mark);
}

/** `fan/v1/02-docs` is a branch of the trunk, `fan/v1/02-docs/inner/v1/01-a` one of that branch. */
const fanOf = (line: RawJson): FanName => ({
  node: textOfField(line, "fan_node"),
  scope: textOfField(line, "branch_key").split("/").slice(0, -3).join("/"),
});

export function branchOf(facts: RunFacts, key: string, fan: FanName): BranchFacts | null {
  const known = facts.branches.get(key);
  if (known || key === "" || facts.branches.size >= MOST_BRANCHES) return known ?? null;
  const branch: BranchFacts = { key, fan, started: null, ended: null };
  facts.branches.set(key, branch);
  return branch;
}

export function branchStarted(facts: RunFacts, line: RawJson, mark: Mark): void {
  const branch = branchOf(facts, textOfField(line, "branch_key"), fanOf(line));
  if (branch === null) return;
  branch.started ??= mark;
  facts.toldBranches.add(branch.key);
}

export function branchCompleted(facts: RunFacts, line: RawJson, mark: Mark): void {
  const branch = branchOf(facts, textOfField(line, "branch_key"), fanOf(line));
  if (branch === null) return;
  const result = object(line, "result");
  const [status, leftBy, reason] = [
    textOfField(line, "status"),
    textOfField(result, "left_by"),
    textOfField(line, "failure_reason"),
  ];
  branch.ended = { status, leftBy, reason, mark };
  // What a lost branch left open ended with its runner, and is told by the branch.
  for (const node of factScope(facts, branch.key).nodes.values()) node.open.clear();
}

/** Kilroy's word from a branch to its parent; `branch_key` is the key without the number. */
export function branchProgress(facts: RunFacts, line: RawJson): void {
  if (facts.toldBranches.size < MOST_BRANCHES) facts.toldBranches.add(textOfField(line, "branch_key"));
}

export function gateWaiting(facts: RunFacts, line: RawJson, mark: Mark): void {
  const id = textOfField(line, "gate");
  const timeout = number(line, "timeout_ms");
  if (id === "" || facts.gates.size >= MOST_GATES) return;
  const deadline = timeout === null ? null : mark.ms + timeout;
  facts.gates.set(id, { id, node: textOfField(line, "node_id"), asked: mark, deadline, answer: "open" });
}

export function gateAnswered(facts: RunFacts, line: RawJson): void {
  const gate = facts.gates.get(textOfField(line, "gate"));
  if (gate)
    gate.answer = typeof line.label === "string" || typeof line.text === "string" ? "answered" : "unanswered";
}
