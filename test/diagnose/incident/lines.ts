/** Lines as Kilroy wrote them: keys in order of the alphabet, times to the nanosecond. */
export const RUN_ID = "01KH3DN4STSZ3MVKB58YY6RE57";

export interface Line {
  readonly event: string;
  readonly ts: string;
  readonly [field: string]: unknown;
}

/** On the day of the incident. */
export const at = (clock: string): number => Date.parse(`2026-02-10T${clock}Z`);
export const iso = (ms: number): string => new Date(ms).toISOString();
export const timeOf = ({ ts }: Line): number => Date.parse(ts);

/** `count` heartbeats, evenly spread after `from` and up to `to`, of an attempt that began at `since`. */
export function beats(node: string, since: number, from: number, to: number, count: number): Line[] {
  return Array.from({ length: count }, (_, i) => {
    const ms = from + ((i + 1) * (to - from)) / count;
    return {
      event: "stage_heartbeat",
      ts: iso(ms),
      node_id: node,
      elapsed_s: Math.floor((ms - since) / 1000),
      stdout_bytes: 4096 * (i + 1),
      stderr_bytes: 0,
    };
  });
}

export interface End {
  readonly status: "success" | "fail";
  readonly reason?: string;
}

/** An attempt from start to end; a stage that is no check tells besides that a deterministic failure is not retried. */
export function attempt(node: string, from: number | string, to: number | string, end: End): Line[] {
  const failed = end.status === "fail";
  const about = { node_id: node, attempt: 1, max: 4 };
  const stop = typeof to === "string" ? to : iso(to);
  const reason = failed ? { failure_reason: end.reason ?? "" } : {};
  const why = { ...about, ...reason, failure_class: "deterministic", max_retry: 3, status: "fail" };
  return [
    { event: "stage_attempt_start", ts: typeof from === "string" ? from : iso(from), ...about },
    { event: "stage_attempt_end", ts: stop, ...about, status: end.status, ...reason },
    ...(failed && !node.startsWith("check_") ? [{ event: "stage_retry_blocked", ts: stop, ...why }] : []),
  ];
}

export const edge = (from: string, to: string, ms: number, condition = ""): Line => ({
  event: "edge_selected",
  ts: iso(ms),
  from_node: from,
  to_node: to,
  label: "",
  condition,
});

export const inOrder = (lines: readonly Line[]): Line[] => lines.toSorted((a, b) => timeOf(a) - timeOf(b));

export const textOf = (lines: readonly Line[]): string => lines.map((line) => `${oneLine(line)}\n`).join("");

export function oneLine(line: Line): string {
  const whole: Record<string, unknown> = { ...line, run_id: RUN_ID };
  return JSON.stringify(
    Object.fromEntries(
      Object.keys(whole)
        .sort()
        .map((key) => [key, whole[key]]),
    ),
  );
}
