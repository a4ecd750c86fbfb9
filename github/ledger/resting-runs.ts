/**
 * A run that only waits for a person rests: a ref at the tip of its log says until when, and about which head of which pull
 * request it asks. So one list of refs tells of all runs that nothing is to be done for, to any process (docs/decisions/116).
 */
export interface Rest {
  /** Epoch milliseconds, whole seconds. */
  readonly until: number;
  readonly pull: { readonly number: number; readonly head: string } | null;
}

export const restRef = (prefix: string, runId: string, { until, pull }: Rest): string =>
  `${prefix}/${runId}/rest/${Math.ceil(until / 1000)}${pull ? `-${pull.number}-${pull.head}` : ""}`;

/** Of the last part of the ref's name. */
export function restOf(name: string): Rest | null {
  const [, until, number, head] = /^(\d{1,12})(?:-(\d{1,10})-([0-9a-f]{40}))?$/.exec(name) ?? [];
  if (until === undefined) return null;
  return {
    until: Number(until) * 1000,
    pull: number !== undefined && head !== undefined ? { number: Number(number), head } : null,
  };
}
