/** The account as OpenTelemetry traces (OTLP's JSON form): the run, its branches, its attempts, and what it waited for. */

import { DECIDED } from "../core/pure-stages.ts";
import type { Spend } from "../core/spend.ts";
import { tokensIn } from "../core/usage.ts";
import { digestOf } from "../digest.ts";
import { ENGINE_VERSION } from "../version.ts";
import { OTLP, type OtlpName } from "./otlp-names.ts";
import type { Account, AttemptRow, BranchSum } from "./rows.ts";

type Value = string | number | boolean | null;
type Attributes = readonly (readonly [OtlpName, Value])[];

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly unknown[];
  readonly status: { readonly code: number; readonly message?: string };
}

const INTERNAL = 1;
const OK = 1;
const ERROR = 2;
const MESSAGE_CHARS = 1000;

/** One request for the collector: every span of a run that is over, or of one that goes on as far as it is. */
export function otlpTraces(account: Account, now: number): { readonly resourceSpans: readonly unknown[] } {
  return {
    resourceSpans: [
      {
        resource: {
          attributes: written([
            [OTLP.service, "attractor"],
            [OTLP.version, ENGINE_VERSION],
            [OTLP.runId, account.runId],
            [OTLP.graph, account.graph],
            [OTLP.parentRun, account.parent?.runId ?? null],
          ]),
        },
        scopeSpans: [{ scope: { name: "attractor", version: ENGINE_VERSION }, spans: spansOf(account, now) }],
      },
    ],
  };
}

/** The same run gives the same ids, so that sending it twice shows it once. A child's spans stand in its parent's trace. */
const id = (bytes: number, ...parts: readonly (string | number | null)[]): string =>
  digestOf(JSON.stringify(parts))
    .replace(/^.*:/, "")
    .slice(0, bytes * 2);

export function spansOf(account: Account, now: number): OtlpSpan[] {
  const { runId, parent } = account;
  const traceId = id(16, "trace", parent?.runId ?? runId);
  const root = id(8, runId);
  const until = account.endedAt ?? now;
  const branches = new Map(account.branches.map((row) => [row.branch, row]));
  const under = (key: string | null): string =>
    key !== null && branches.has(key) ? id(8, runId, "branch", key) : root;
  const span = (
    spanId: string,
    parentSpanId: string | null,
    name: string,
    [from, to]: readonly [number, number],
    attributes: Attributes,
    status: OtlpSpan["status"] = { code: 0 },
  ): OtlpSpan => ({
    traceId,
    spanId,
    ...(parentSpanId === null ? {} : { parentSpanId }),
    name,
    kind: INTERNAL,
    startTimeUnixNano: nanos(from),
    endTimeUnixNano: nanos(Math.max(from, to)),
    attributes: written(attributes),
    status,
  });
  return [
    span(
      root,
      parent ? id(8, parent.runId, null, parent.node, parent.visit, parent.attempt) : null,
      `run ${account.graph}`,
      [account.startedAt, until],
      runAttributes(account),
      statusOf(account.status, null),
    ),
    ...account.branches.map((row) =>
      span(
        under(row.branch),
        under(parentBranch(row.branch)),
        `branch ${row.branch}`,
        timesOf(row, account, until),
        [
          [OTLP.branch, row.branch],
          [OTLP.status, row.status],
        ],
        statusOf(row.status, null),
      ),
    ),
    ...account.attempts
      .filter((row) => !DECIDED.has(row.handler))
      .map((row) =>
        span(
          id(8, runId, row.branch, row.node, row.visit, row.attempt),
          under(row.branch),
          `${operationOf(row) ?? row.handler} ${row.node}`,
          [row.startedAt, row.endedAt ?? until],
          attemptAttributes(row),
          statusOf(row.status, row.failure),
        ),
      ),
    ...account.pauses.map(({ node, branch, from, to, why }) =>
      span(
        id(8, runId, "wait", branch, node, from, why),
        under(branch),
        `wait for ${why} ${node}`,
        [from, to],
        [
          [OTLP.wait, why],
          [OTLP.node, node],
          [OTLP.branch, branch],
        ],
      ),
    ),
    ...account.hops.flatMap(({ hop, plannedAt, startedAt }) =>
      plannedAt === null || startedAt === null
        ? []
        : [
            span(
              id(8, runId, "hop", hop, plannedAt),
              root,
              `wait for runner, hop ${hop}`,
              [plannedAt, startedAt],
              [
                [OTLP.wait, "runner"],
                [OTLP.hop, hop],
              ],
            ),
          ],
    ),
  ];
}

const parentBranch = (key: string): string | null => key.split("/").slice(0, -3).join("/") || null;

/** A branch lasts from the first to the last of its attempts, whose times are known wherever it ran. */
function timesOf({ branch }: BranchSum, { attempts }: Account, until: number): readonly [number, number] {
  const own = attempts.filter((row) => row.branch === branch || row.branch?.startsWith(`${branch}/`));
  const from = own.reduce((first, row) => Math.min(first, row.startedAt), Number.POSITIVE_INFINITY);
  const to = own.reduce((last, row) => Math.max(last, row.endedAt ?? until), 0);
  return own.length === 0 ? [until, until] : [from, to];
}

function runAttributes({ status, total }: Account): Attributes {
  return [
    [OTLP.status, status ?? "running"],
    [OTLP.attempts, total.attempts],
    [OTLP.personMs, total.personMs],
    [OTLP.retryMs, total.retryMs],
    [OTLP.queuedMs, total.queuedMs],
    [OTLP.runnerMinutes, total.runnerMinutes],
  ];
}

function operationOf({ handler }: AttemptRow): string | null {
  if (handler === "agent" || handler === "parallel.fan_in") return "invoke_agent";
  return handler === "tool" ? "execute_tool" : null;
}

function attemptAttributes(row: AttemptRow): Attributes {
  const operation = operationOf(row);
  const [first] = row.usages;
  return [
    [OTLP.node, row.node],
    [OTLP.branch, row.branch],
    [OTLP.visit, row.visit],
    [OTLP.attempt, row.attempt],
    [OTLP.handler, row.handler],
    [OTLP.hop, row.hop],
    [OTLP.status, row.status ?? "running"],
    [OTLP.operation, operation],
    [OTLP.agent, operation === "invoke_agent" ? row.node : null],
    [OTLP.tool, operation === "execute_tool" ? row.node : null],
    [OTLP.provider, first?.provider ?? null],
    [OTLP.model, first?.model ?? null],
    ...spendAttributes(row.spend),
    [OTLP.error, row.failureClass],
  ];
}

function spendAttributes(spend: Spend): Attributes {
  if (spend.calls === 0) return [];
  const tokens: Attributes =
    tokensIn(spend) === 0
      ? []
      : [
          [OTLP.input, spend.input + spend.cacheRead + spend.cacheWrite],
          [OTLP.output, spend.output],
          [OTLP.cacheRead, spend.cacheRead],
          [OTLP.cacheWrite, spend.cacheWrite],
          [OTLP.reasoning, spend.reasoning],
        ];
  return [...tokens, [OTLP.cost, spend.usd], [OTLP.costComplete, spend.unpriced === 0]];
}

function statusOf(status: string | null, failure: string | null): OtlpSpan["status"] {
  if (status === "fail" || status === "retry")
    return { code: ERROR, ...(failure === null ? {} : { message: failure.slice(0, MESSAGE_CHARS) }) };
  return { code: status === "success" || status === "partial_success" ? OK : 0 };
}

/** Whole milliseconds are enough, and exact as text where a number would not be. */
const nanos = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;

const written = (attributes: Attributes): unknown[] =>
  attributes.flatMap(([{ name, type }, value]) =>
    value === null ? [] : [{ key: name, value: typed(type, value) }],
  );

function typed(type: OtlpName["type"], value: Exclude<Value, null>): object {
  switch (type) {
    case "string":
      return { stringValue: String(value) };
    case "bool":
      return { boolValue: value };
    case "double":
      return { doubleValue: value };
    case "int":
      return { intValue: String(Math.round(Number(value))) };
  }
}
