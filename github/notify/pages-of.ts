/** The pages of GitHub that show a run, so that from each of them the others are one click away. */
import type { RunState } from "../../engine/core/state.ts";
import type { Link } from "../../engine/report/model.ts";
import { branchOf, workOf } from "../delivery.ts";
import type { Published } from "../publish.ts";

/** `published`: where the work went, when somebody saw to it. */
export function pagesOf(state: RunState, serverUrl: string, published: Published | null = null): Link[] {
  const { hop, started, ended } = state;
  if (!started?.github) return [];
  const base = `${serverUrl}/${started.github.repository}`;
  const pull = started.github.pull_request;
  return [
    ...(pull === undefined
      ? []
      : [
          { title: `Pull request #${pull}`, url: `${base}/pull/${pull}` },
          { title: "Checks", url: `${base}/pull/${pull}/checks` },
        ]),
    ...(hop?.by
      ? [{ title: `Workflow run of hop ${hop.hop}`, url: `${base}/actions/runs/${hop.by.run_id}` }]
      : []),
    ...(ended && workOf(state) && !published?.fetch && started.github.durability !== "artifact"
      ? [{ title: "Work", url: `${base}/tree/${branchOf(state)}` }]
      : []),
  ];
}
