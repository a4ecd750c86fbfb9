/** When are two failures the same? Assigns each a signature that, once given, never changes (R-BRK-1, R-BRK-2). */
import type { FailureClass } from "./classes.ts";
import { hash32, hash64 } from "./hash.ts";
import { compare } from "./same.ts";
import { LINE } from "./template.ts";
import { type Atoms, atomsOf } from "./text/atoms.ts";
import { canonical } from "./text/canonical.ts";
import { clean } from "./text/clean.ts";
import { CLOSED, GLUE, stem } from "./text/words.ts";
import { lastPart, mayMeet, type Reading, type View, viewOf } from "./view.ts";

/** Failures that count as one. */
export interface SignatureGroup {
  readonly signature: string;
  /** The stage's own name for it; such a group is met by that name alone. */
  readonly given?: string;
  /** Hashes of the canonical forms seen, latest last. */
  readonly seen: readonly string[];
  /** The first text and the latest that were not equal to it, as atoms. */
  readonly members: readonly Reading[];
}

/** Plain data, one list a node and class, least recently met first; part of the run's state. */
export type SignatureRegistry = Readonly<Record<string, readonly SignatureGroup[]>>;

export interface Failure {
  readonly node: string;
  readonly class: FailureClass;
  readonly reason: string;
  /** `failure_signature` as the stage gave it. */
  readonly given?: string | undefined;
}

export interface Assigned {
  readonly signature: string;
  readonly registry: SignatureRegistry;
  readonly how: "given" | "canonical" | "similar" | "new";
}

/** Past these the least recently met is forgotten: a failure that comes back later is a new one, and says so. */
const MOST_GROUPS = 256;
const MOST_SEEN = 32;
const MOST_MEMBERS = 4;
const FORM_WORDS = 48;

export const emptyRegistry = (): SignatureRegistry => ({});

export function assign(registry: SignatureRegistry, failure: Failure): Assigned {
  const scope = `${failure.class} ${failure.node}`;
  const groups = registry[scope] ?? [];
  const meet = (at: number, group: SignatureGroup, how: Assigned["how"]): Assigned => {
    const others = at === -1 ? groups.slice(-(MOST_GROUPS - 1)) : groups.toSpliced(at, 1);
    return { signature: group.signature, registry: { ...registry, [scope]: [...others, group] }, how };
  };

  const name = givenName(failure.given, failure.node);
  if (name !== "") {
    const at = groups.findIndex((group) => group.given === name);
    if (at !== -1) return meet(at, groups[at]!, "given");
    return meet(
      -1,
      { signature: spell(failure, slug([name]), name, groups), given: name, seen: [], members: [] },
      "given",
    );
  }

  const text = clean(failure.reason);
  const form = canonical(text);
  const hash = hash64(form);
  const known = groups.findIndex((group) => group.seen.includes(hash));
  if (known !== -1) return meet(known, groups[known]!, "canonical");

  const reading = {
    atoms: atomsOf(text),
    form: form.replaceAll("\n", ` ${LINE} `).split(" ").slice(0, FORM_WORDS),
  };
  const at = mostAlike(viewOf(reading), groups);
  if (at !== -1) {
    const group = groups[at]!;
    const members = [group.members[0]!, ...group.members.slice(1).slice(-(MOST_MEMBERS - 2)), reading];
    return meet(at, { ...group, seen: [...group.seen, hash].slice(-MOST_SEEN), members }, "similar");
  }
  const signature = spell(failure, slug(headline(reading.atoms)), form, groups);
  return meet(-1, { signature, seen: [hash], members: [reading] }, "new");
}

/** The one group that the text fits: no member speaks against it, one at least for it, and no other group fits as well. */
function mostAlike(view: View, groups: readonly SignatureGroup[]): number {
  let best = -1;
  let most = 0;
  const fitting: number[] = [];
  for (let i = groups.length - 1; i >= 0; i--) {
    const evidence = fit(view, groups[i]!);
    if (evidence === 0) continue;
    fitting.push(i);
    if (evidence > most) {
      most = evidence;
      best = i;
    }
  }
  return fitting.some((i) => i !== best && opposed(groups[i]!, groups[best]!)) ? -1 : best;
}

function fit(view: View, group: SignatureGroup): number {
  let most = 0;
  for (const member of group.members) {
    const known = viewOf(member);
    if (!mayMeet(view, known)) continue;
    const relation = compare(known, view);
    if (relation.kind === "other") return 0;
    if (relation.kind === "same") most = Math.max(most, relation.evidence);
  }
  return most;
}

/** A text that fits two groups which cannot be one is too vague for either. */
const opposed = (a: SignatureGroup, b: SignatureGroup): boolean =>
  a.members.some((x) => b.members.some((y) => compare(viewOf(x), viewOf(y)).kind === "other"));

/** A stage's own name in one spelling; "" when it says nothing that node and class do not say. */
function givenName(given: string | undefined, node: string): string {
  if (given === undefined) return "";
  const form = canonical(clean(given.slice(0, 400)))
    .replace(/[^\p{L}\p{N}#]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  const ofNode = new Set(node.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const telling = form
    .split("-")
    .some((part) => part !== "#" && !ofNode.has(part) && !GLUE.has(stem(part)) && !CLOSED.has(part));
  return telling ? form : "";
}

/** What a person would call it: its codes, tests, names and files before its words. */
function headline(atoms: Atoms): string[] {
  const named = [
    ...atoms.codes.slice(0, 2),
    ...atoms.tests.slice(0, 1),
    ...atoms.exceptions.slice(0, 1),
    ...atoms.names.slice(0, 2).map(lastPart),
    ...atoms.files.slice(0, 1).map(lastPart),
  ];
  return [...named, ...atoms.concepts.slice(0, 1), ...atoms.words].slice(0, 5);
}

function slug(parts: readonly string[]): string {
  const text = parts
    .join("-")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return text.length > 48 ? text.slice(0, 48).replace(/-[^-]*$/, "") : text || "failure";
}

/** `node|class|what-it-names-1a2b3c4d`; told apart from every signature already given here. */
function spell(failure: Failure, name: string, form: string, groups: readonly SignatureGroup[]): string {
  const node = failure.node.replace(/[\s|]+/g, "_").slice(0, 80);
  for (let salt = 0; ; salt++) {
    const signature = `${node}|${failure.class}|${name}-${hash32(salt === 0 ? form : `${salt} ${form}`)}`;
    if (!groups.some((group) => group.signature === signature)) return signature;
  }
}
