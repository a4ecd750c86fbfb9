/** A job whose needs are over: its condition, then its matrix, then its legs as many at a time as allowed. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { type Plain, type PlainObject, record } from "../expressions/data.ts";
import { holds, scopeOf } from "../expressions/evaluate.ts";
import {
  asWritten,
  isExpression,
  messageOf,
  render,
  renderBoolean,
  renderNumber,
  renderString,
} from "../expressions/template.ts";
import { fieldsOf } from "../workflow/fields.ts";
import { expandMatrix, legName } from "../workflow/matrix.ts";
import { jobContexts } from "./contexts.ts";
import { endAtOnce } from "./end-leg.ts";
import { startLeg } from "./legs.ts";
import type { Engine, LegState, NodeState } from "./model.ts";
import { prefixOf } from "./scope.ts";
import { statusFunctions } from "./status.ts";

export function startNode(engine: Engine, node: NodeState): void {
  node.status = "running";
  try {
    if (!wanted(engine, node, engine.faults.cancelledSaysFalse)) {
      const leg = makeLeg(engine, node, undefined, unexpandedName(node));
      node.legs = [leg];
      endAtOnce(engine, leg, "skipped");
      return;
    }
  } catch (error) {
    failNode(engine, node, `Error when evaluating 'if' for job '${node.definition.id}'. ${messageOf(error)}`);
    return;
  }
  try {
    node.legs = expand(engine, node);
  } catch (error) {
    failNode(
      engine,
      node,
      `Error when evaluating 'strategy' for job '${node.definition.id}'. ${messageOf(error)}`,
    );
    return;
  }
  pump(engine, node);
}

/** The job's `if`, as things are now; after a cancel it is asked again. */
export function wanted(engine: Engine, node: NodeState, forgetful = false): boolean {
  if (engine.state.cancelled === "force") return false;
  const contexts = jobContexts(engine.github, engine.run.repository.variables, node);
  const cancelled = !forgetful && (engine.state.cancelled !== "no" || callerCancelled(node));
  const { github, inputs, vars, needs } = contexts;
  return holds(
    node.definition.if,
    scopeOf(
      { github: github as Plain, inputs: inputs as Plain, vars: vars as Plain, needs: needs as Plain },
      statusFunctions(node, cancelled),
    ),
  );
}

function callerCancelled(node: NodeState): boolean {
  const { caller } = node.scope();
  return caller !== undefined && (caller.cancelled || callerCancelled(caller.node));
}

/** Starts legs while `max-parallel` leaves room. */
export function pump(engine: Engine, node: NodeState): boolean {
  let moved = false;
  for (const leg of node.legs) {
    const active = node.legs.filter(({ status }) => status !== "held" && status !== "done").length;
    if (active >= node.maxParallel) break;
    if (leg.status !== "held") continue;
    startLeg(engine, leg);
    moved = true;
  }
  return moved;
}

function expand(engine: Engine, node: NodeState): readonly LegState[] {
  const { strategy } = node.definition;
  const scope = scopeOf(jobContexts(engine.github, engine.run.repository.variables, node));
  const fields = fieldsOf(strategy, "`strategy`", ["matrix", "fail-fast", "max-parallel"]);
  if (fields["fail-fast"] !== undefined) node.failFast = renderBoolean(fields["fail-fast"], scope);
  const limit = fields["max-parallel"] === undefined ? 0 : renderNumber(fields["max-parallel"], scope);
  if (limit > 0) node.maxParallel = Math.trunc(limit);
  const legs =
    fields.matrix === undefined ? [] : expandMatrix(render(fields.matrix, scope), engine.state.matrixJobs);
  engine.state.matrixJobs += legs.length;
  // Everything excluded leaves one job without a matrix, as on GitHub.
  if (legs.length === 0) return [makeLeg(engine, node, undefined, undefined)];
  return legs.map(({ matrix, label }, index) =>
    makeLeg(
      engine,
      node,
      {
        index,
        matrix,
        strategy: record({
          "fail-fast": node.failFast,
          "job-index": index,
          "job-total": legs.length,
          "max-parallel": Number.isFinite(node.maxParallel) ? node.maxParallel : legs.length,
        }),
        label,
      },
      undefined,
    ),
  );
}

interface LegPlace {
  readonly index: number;
  readonly matrix: PlainObject;
  readonly strategy: PlainObject;
  readonly label: string;
}

const ALONE = record({ "fail-fast": true, "job-index": 0, "job-total": 1, "max-parallel": 1 });

function makeLeg(
  engine: Engine,
  node: NodeState,
  place: LegPlace | undefined,
  name: string | undefined,
): LegState {
  const { definition } = node;
  const { caller } = node.scope();
  const matrix = place?.matrix ?? null;
  const strategy = place?.strategy ?? ALONE;
  const contexts = jobContexts(engine.github, engine.run.repository.variables, node, { matrix, strategy });
  const own = name ?? displayName(definition.name, definition.id, place?.label ?? "", contexts);
  return {
    node,
    matrix,
    strategy,
    key: `${prefixOf(caller, "key")}${definition.id}${place === undefined ? "" : ` (${place.index})`}`,
    name: `${prefixOf(caller, "name")}${own}`,
    status: "held",
    result: undefined,
    forgiven: false,
    started: false,
    record: undefined,
    control: undefined,
    runner: undefined,
    called: undefined,
    cancelled: false,
    lost: false,
    members: [],
    pendingWork: new Set(),
  };
}

/** A literal name gets the matrix values in brackets; one with expressions stands as it comes out. */
function displayName(
  token: TemplateToken | undefined,
  id: string,
  label: string,
  contexts: Readonly<Record<string, Plain>>,
): string {
  if (token !== undefined && isExpression(token)) return legName(renderString(token, scopeOf(contexts)), "");
  return legName(token === undefined ? id : renderString(token, scopeOf({})), label);
}

/** A job that is skipped as a whole shows its name unexpanded. */
const unexpandedName = ({ definition: { name, id } }: NodeState): string =>
  name === undefined ? id : asWritten(name);

function failNode(engine: Engine, node: NodeState, message: string): void {
  const leg = makeLeg(engine, node, undefined, unexpandedName(node));
  node.legs = [leg];
  engine.state.problems.push(message);
  endAtOnce(engine, leg, "failure", message);
}
