/** How nodes fail: by visit and by cause. Retries within a visit are one failure; what only hands on a reason is none. */
import { FAILURE_CLASSES, type FailureClass } from "../../failure/classes.ts";
import { assign } from "../../failure/signature.ts";
import { classify } from "../../failure/when-failed.ts";
import type { NodeFacts, RunFacts, ScopeFacts } from "./facts.ts";
import { again, type Mark, markOnce } from "./mark.ts";
import { ownCopy, type RawJson, textOfField } from "./read.ts";

/** Of a reason that is kept to be shown. */
const MOST_REASON = 400;

const TURN_LIMIT = /turn limit reached|\bmax_turns\b/i;
/** Texts that stand where a cause should. */
const CAUSELESS =
  /^\s*$|failure_reason must be non-empty|missing failure_reason|^(?:stage |node )?(?:failed|failure|error|unknown(?: error)?|status=fail)\.?$/i;
const STATUS_LOST =
  /missing status\.json|status\.json(?: is| was|:) (?:missing|not|no|invalid|corrupt|unreadable)/i;

export const isCauseless = (reason: string): boolean => CAUSELESS.test(reason);

/** A visit counts as it ended, which is known when the next begins. */
export function visitBegins(facts: RunFacts, node: NodeFacts): void {
  const { visit } = node;
  node.visit = null;
  if (!visit?.failed) return;
  node.failedVisits += 1;
  const { signature, mark } = visit;
  const streak = node.streak.get(signature);
  if (streak) again(streak, mark);
  else if (facts.room.loops > 0 || node.streak.size === 0) node.streak.set(signature, markOnce(mark));
  const now = node.streak.get(signature);
  const worst = node.loops.get(signature);
  if (!now || (worst ? worst.count > now.count : facts.room.loops <= 0)) return;
  if (!worst) facts.room.loops -= 1;
  const reason = worst?.reason ?? ownCopy(visit.reason.slice(0, MOST_REASON));
  node.loops.set(signature, { ...now, signature, reason, class: visit.class, overcome: false });
}

export function succeeded(scope: ScopeFacts, node: NodeFacts): void {
  node.visit = null;
  node.streak = new Map();
  for (const loop of node.loops.values()) loop.overcome = true;
  scope.lastFailure = null;
}

export function failedEnd(
  facts: RunFacts,
  scope: ScopeFacts,
  node: NodeFacts,
  line: RawJson,
  mark: Mark,
): void {
  node.failedEnds += 1;
  const reason = textOfField(line, "failure_reason");
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
  if (STATUS_LOST.test(reason) && !handedOn) node.statusLost = { ...again(node.statusLost, mark), reason };
  if (!handedOn) scope.lastFailure = { node: node.id, reason };
  const seen =
    facts.room.texts > 0 || node.texts.has(hashOf(reason)) ? read(facts, node, line, reason) : UNREAD;
  const failed = !handedOn && seen.class !== "canceled";
  node.visit = { reason, ...seen, failed, mark };
}

const UNREAD = { class: "deterministic", signature: "(others)" } as const;

/** Class and signature, worked out once for each text. */
function read(
  facts: RunFacts,
  node: NodeFacts,
  line: RawJson,
  reason: string,
): { class: string; signature: string } {
  const given = textOfField(line, "failure_signature");
  const said = textOfField(line, "failure_class");
  const known = FAILURE_CLASSES.find((name) => name === said);
  const hash = hashOf(reason);
  const before = node.texts.get(hash);
  const kind = known ?? (before === undefined ? classify({ status: "fail", reason }).class : classIn(before));
  const signature = given || before || signatureOf(facts, node.id, kind, reason);
  if (before === undefined) {
    facts.room.texts -= 1;
    node.texts.set(hash, signature);
  }
  return { class: kind, signature };
}

/** A signature is `node|class|words`. */
const classIn = (signature: string): FailureClass =>
  FAILURE_CLASSES.find((name) => signature.includes(`|${name}|`)) ?? "deterministic";

function signatureOf(facts: RunFacts, node: string, kind: FailureClass, reason: string): string {
  if (facts.room.signatures <= 0) return `${node}|${kind}|${reason.slice(0, 100).replace(/\d+/g, "#")}`;
  facts.room.signatures -= 1;
  const { registry, signature } = assign(facts.registry, { node, class: kind, reason });
  facts.registry = registry;
  return signature;
}

/** 53 bits of a text: two that differ and share them are one text too few in a count. */
function hashOf(said: string): number {
  let [a, b] = [0x811c9dc5, 0x1000193];
  for (let i = 0; i < said.length; i++) {
    const code = said.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
  }
  return (a >>> 0) * 0x200000 + (b >>> 11);
}
