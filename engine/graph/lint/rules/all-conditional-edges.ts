import { FAILURE_CLASSES } from "../../../failure/classes.ts";
import { readBoolean } from "../../compile/read.ts";
import type { Clause } from "../../condition/expression.ts";
import { bareKey, type Condition, evaluate, literalsOf } from "../../condition.ts";
import type { GraphEdge, GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { graphRetryTargets, retryTargets } from "../facts/flow.ts";
import { readsFailureClass, readsOutcome } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

/** Conditions over more combinations of values than this are taken on trust, so that lint stays linear. */
const MOST_WORLDS = 512;
const MOST_EVALUATIONS = 20_000;
const OTHER = "\u0000other";

export const rule: BuiltInRule = {
  code: "all_conditional_edges",
  severity: "warning",
  title: "Conditional edges leave no hole",
  explain:
    "When every edge out of a stage has a condition, some outcome may match none of them. A success that no edge takes ends the run as failed, and so does a failure without a retry target. Edges are checked together: outcome=fail beside outcome!=fail covers all, and so does the same with any other key. A stage whose failures no edge takes at all is only noted: there the run ends with the stage's own cause, which may be what is wanted.",
  fix: "Add an edge without a condition as the way for the rest, or an edge for the outcome that is missing.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it, and set the context value tests to passed when they pass"]
  start -> work
  work -> exit [condition="outcome=success && context.tests=passed"]
  work -> work [condition="outcome=fail"]
}`,
  good: `digraph g {
  max_node_visits=5
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it, and set the context value tests to passed when they pass"]
  start -> work
  work -> exit [condition="outcome=success && context.tests=passed"]
  work -> work [condition="context.tests!=passed"]
  work -> work [condition="outcome!=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const { graph, conditional, out, handler, unconditional, conditionText } = context;
    const rescued = graphRetryTargets(context).length > 0;
    for (const id of new Set(conditional.map(({ from }) => from))) {
      const node = graph.nodes.get(id);
      if (!node?.declared) continue;
      const edges = out(node.id);
      const open = edges.some(unconditional) || handler(node.id) === "parallel";
      if (open || edges.some((edge) => conditionText(edge)?.ok === false)) continue;
      const hole = findHole(context, node, edges, rescued);
      if (hole !== null)
        yield { ...hole, message: `no edge out of ${node.id} applies when ${hole.message}`, node };
    }
  },
};

function findHole(
  context: LintContext,
  node: GraphNode,
  edges: readonly GraphEdge[],
  rescued: boolean,
): Pick<LintFinding, "message" | "severity"> | null {
  const conditions = edges.flatMap((edge) => context.condition(edge) ?? []);
  for (const status of statusesOf(context, node, rescued)) {
    const worlds = worldsOf(conditions, status);
    if (worlds === null) return null;
    const holes = worlds.filter((world) => {
      const value = (key: string) =>
        key === "outcome" || key === "context.outcome" ? status : world.get(key);
      return !conditions.some((condition) => evaluate(condition, value));
    });
    if (holes.length === 0) continue;
    if (status !== "fail" || holes.length < worlds.length) return { message: describe(status, holes[0]!) };
    const ends = edges.every(({ to }) => context.handler(to) === "exit");
    if (!ends)
      return { message: "outcome=fail: the run ends there with the stage's cause", severity: "info" };
  }
  return null;
}

/** The ends that must lead somewhere. */
function statusesOf(context: LintContext, node: GraphNode, rescued: boolean): string[] {
  const handler = context.handler(node.id);
  if (handler === "start") return ["success"];
  const failing = rescued || retryTargets(context, node.attrs).length > 0 ? [] : ["fail"];
  const partial = readBoolean(node.attrs, "allow_partial") === true ? ["partial_success"] : [];
  return ["success", ...partial, ...failing];
}

type World = ReadonlyMap<string, string>;

/** Every combination of the values that the conditions tell apart; null when there are too many. */
function worldsOf(conditions: readonly Condition[], status: string): readonly World[] | null {
  // Which text a pattern takes is not worked out.
  if (conditions.some(({ clauses }) => clauses.some(({ op }) => op === "matches"))) return null;
  const most = Math.min(MOST_WORLDS, Math.max(1, MOST_EVALUATIONS / conditions.length));
  let worlds: World[] = [new Map()];
  for (const [key, values] of valuesOf(conditions, status)) {
    if (worlds.length * values.size > most) return null;
    worlds = worlds.flatMap((world) => [...values].map((value) => new Map([...world, [key, value]])));
  }
  return worlds;
}

function valuesOf(conditions: readonly Condition[], status: string): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  for (const clause of conditions.flatMap(({ clauses }) => clauses)) {
    if (readsOutcome(clause)) continue;
    // A failure always has one of the known classes, and nothing else has one.
    const known = readsFailureClass(clause) ? (status === "fail" ? FAILURE_CLASSES : [""]) : null;
    const key = bareKey(clause.key);
    const seen = values.get(key) ?? new Set(known ?? ["", OTHER]);
    values.set(key, seen);
    if (known === null) for (const value of toldApart(clause)) seen.add(value);
  }
  return values;
}

/** One value for each way that the clause can go. */
function toldApart(clause: Clause): readonly string[] {
  if (!ORDERED.has(clause.op)) return literalsOf(clause);
  const bound = Number(clause.value);
  return [String(bound - 1), clause.value, String(bound + 1)];
}
const ORDERED: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);

function describe(status: string, world: World): string {
  const rest = [...world].map(([key, value]) =>
    value === OTHER ? `${key} is something else` : value === "" ? `${key} is empty` : `${key}=${value}`,
  );
  return [`outcome=${status}`, ...rest].join(" and ");
}
