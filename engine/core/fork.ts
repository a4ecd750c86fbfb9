/** Where another run is cut to begin a new one: everything before a visit is kept, that visit and what follows run anew. */

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

export type Cut<L> =
  | { readonly ok: true; readonly kept: readonly L[] }
  | { readonly ok: false; readonly why: string; readonly fix: string };

const refuse = (why: string, fix: string) => ({ ok: false, why, fix }) as const;

/** `at`: `NODE@VISIT`; a node of a branch as `BRANCH_KEY/NODE@VISIT`. Kept is what comes before the first attempt of that visit. */
export function cutBefore<L extends Line>(events: readonly L[], at: string): Cut<L> {
  const [, name = "", visitText = ""] = /^(.+)@(\d+)$/.exec(at) ?? [];
  if (name === "")
    return refuse(`${JSON.stringify(at)} names no visit`, "write NODE@VISIT, for instance verify@2");
  const starts = events.flatMap((event, index) =>
    event.event === "stage_attempt_start" && event.attempt === 1
      ? [{ index, node: String(event.node_id), scope: String(event.branch_key ?? ""), visit: event.visit }]
      : [],
  );
  const of = starts.filter(({ node, scope }) => node === name || `${scope}/${node}` === name);
  const found = of.filter(({ visit }) => visit === Number(visitText));
  const [one] = found;
  if (!one) {
    const visits = of.map(({ visit }) => visit).join(", ");
    const why =
      of.length > 0
        ? `the run has visits ${visits} of ${name}, not ${visitText}`
        : `the run never came to ${name}`;
    return refuse(why, "see the run's stages with `attractor status`");
  }
  if (new Set(found.map(({ scope }) => scope)).size > 1) {
    const names = found.map(({ scope, node }) => (scope === "" ? node : `${scope}/${node}`)).join(", ");
    return refuse(`several branches ran ${name}`, `name one of them: ${names}`);
  }
  return { ok: true, kept: events.slice(0, one.index) };
}
