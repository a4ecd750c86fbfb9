/** How nodes fail: by visit and by cause. Retries within a visit are one failure; what only hands on a reason is none. */
import { FAILURE_CLASSES, type FailureClass } from "../../failure/classes.ts";
import { classify } from "../../failure/classify.ts";
import { assign } from "../../failure/signature.ts";
import type { NodeFacts, RunFacts, ScopeFacts } from "./facts.ts";
import { again, type Mark, once } from "./mark.ts";
import { type Json, text } from "./read.ts";

const MOST_TEXTS = 500;
const MOST_LOOPS = 100;
const MOST_ASSIGNED = 1_000;

const TURN_LIMIT = /turn limit reached|\bmax_turns\b/i;
/** Texts that stand where a cause should. */
const CAUSELESS =
  /^\s*$|failure_reason must be non-empty|missing failure_reason|^(?:stage |node )?(?:failed|failure|error|unknown(?: error)?|status=fail)\.?$/i;
const STATUS_LOST = /missing status\.json|status\.json(?: is| was|:) (?:missing|not|no|invalid|corrupt|unreadable)/i;

export const isCauseless = (reason: string): boolean => CAUSELESS.test(reason);

/** A visit counts as it ended, which is known when the next begins. */
export function visitBegins(node: NodeFacts): void {
  const { visit } = node;
  node.visit = null;
  if (!visit?.failed) return;
  node.failedVisits += 1;
  if (node.texts.size < MOST_TEXTS) node.texts.add(visit.reason);
  const { signature, mark } = visit;
  const streak = node.streak.get(signature);
  if (streak) again(streak, mark);
  else if (node.streak.size < MOST_LOOPS) node.streak.set(signature, once(mark));
  const now = node.streak.get(signature);
  const worst = node.loops.get(signature);
  if (!now || (worst && worst.count > now.count) || (!worst && node.loops.size >= MOST_LOOPS)) return;
  const { reason } = visit;
  node.loops.set(signature, { ...now, signature, reason, class: visit.class, overcome: false });
}

export function succeeded(scope: ScopeFacts, node: NodeFacts): void {
  node.visit = null;
  node.streak = new Map();
  for (const loop of node.loops.values()) loop.overcome = true;
  scope.lastFailure = null;
}

export function failedEnd(facts: RunFacts, scope: ScopeFacts, node: NodeFacts, line: Json, mark: Mark): void {
  node.failedEnds += 1;
  const reason = text(line, "failure_reason");
  const before = scope.lastFailure;
  const handedOn =
    line.passed_on === true || (before !== null && before.node !== node.id && before.reason === reason);
  if (isCauseless(reason)) {
    const seen = node.causeless;
    node.causeless = { ...again(seen, mark), reason, before: seen?.before ?? before };
    node.visit = null;
    return;
  }
  if (TURN_LIMIT.test(reason) && !handedOn)
    node.turnLimit = { ...again(node.turnLimit, mark), reason: node.turnLimit?.reason ?? reason };
  if (STATUS_LOST.test(reason) && !handedOn)
    node.statusLost = { ...again(node.statusLost, mark), reason };
  if (!handedOn) scope.lastFailure = { node: node.id, reason };
  const kind = classOf(line, reason);
  const failed = !handedOn && kind !== "canceled";
  const signature = failed ? signatureOf(facts, node.id, line, kind, reason) : "";
  node.visit = { reason, class: kind, signature, failed, mark };
}

/** Kilroy's lines say no class. */
function classOf(line: Json, reason: string): FailureClass {
  const said = text(line, "failure_class");
  return FAILURE_CLASSES.find((name) => name === said) ?? classify({ status: "fail", reason }).class;
}

function signatureOf(facts: RunFacts, node: string, line: Json, kind: FailureClass, reason: string): string {
  const given = text(line, "failure_signature");
  if (given !== "") return given;
  if (facts.assigned >= MOST_ASSIGNED) return reason.slice(0, 200);
  facts.assigned += 1;
  const { registry, signature } = assign(facts.registry, { node, class: kind, reason });
  facts.registry = registry;
  return signature;
}
