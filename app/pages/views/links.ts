/** Where the rest of a run is on GitHub: its pull request, its workflow runs with logs and artifacts, its work. */
import type { ReportModel } from "../../../engine/report/model.ts";
import type { SeenRun } from "../source.ts";

/** A long run has hundreds of hops; the last ones are asked for. */
const MOST_HOPS = 12;

export function linksOf(
  { state, events }: SeenRun,
  repository: string,
  serverUrl: string,
): ReportModel["links"] {
  const base = `${serverUrl}/${repository}`;
  const { started } = state;
  const pull = started?.github?.pull_request;
  const hops = events.flatMap((event) =>
    event.event === "hop_started" && /^\d+$/.test(event.by.run_id)
      ? [{ title: `Hop ${event.hop}: jobs and artifacts`, url: `${base}/actions/runs/${event.by.run_id}` }]
      : [],
  );
  return [
    ...(pull === undefined ? [] : [{ title: `Pull request #${pull}`, url: `${base}/pull/${pull}` }]),
    ...hops.slice(-MOST_HOPS),
    ...(state.ended && started?.run_branch
      ? [{ title: "Work branch", url: `${base}/tree/${started.run_branch}` }]
      : []),
  ];
}
