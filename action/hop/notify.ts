/** Tells people of a run from a job: the sticky comment, the check, and the open ref taken away once its end is told. */
import type { RunState } from "../../engine/core/state.ts";
import { DEFAULT_REF_PREFIX, openRef } from "../../engine/git/names.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { outlivesItsEnd } from "../../engine/ledger/git/openness.ts";
import { messageOf } from "../../engine/message-of.ts";
import type { ReadPinned } from "../../github/api/contents.ts";
import type { GitHub } from "../../github/api/request.ts";
import type { LogFacts } from "../../github/coordinator/ports.ts";
import type { GitData } from "../../github/ledger/git-data.ts";
import { questionShows } from "../../github/notify/question-shows.ts";
import { runReporter } from "../../github/notify/run-reporter.ts";
import type { Published } from "../../github/publish.ts";
import type { JobPorts } from "../ports.ts";

export interface Telling {
  readonly state: RunState;
  readonly pipeline: Pipeline;
  readonly told: LogFacts;
  /** Where the work went. */
  readonly published: Published | null;
}

export type Tell = (telling: Telling) => Promise<void>;

export interface TellFrom {
  readonly github: GitHub;
  readonly git: GitData;
  readonly readAt: (sha: string) => ReadPinned;
}

export function teller(
  { job, redact, say }: Pick<JobPorts, "job" | "redact" | "say">,
  { github, git, readAt }: TellFrom,
): Tell {
  const reporter = runReporter({
    ...{ github, redact, pageUrl: null, serverUrl: job.serverUrl, coordinator: "workflow" },
    ...{ now: () => Date.now(), shows: questionShows({ git, readAt }), began: new Set<string>() },
  });
  return async ({ state, pipeline, told: { heads, events }, published }) => {
    const { started, ended, runId } = state;
    if (started?.github?.pull_request === undefined) return;
    try {
      await reporter.tell(state, pipeline, { heads, events, head: null, published });
      if (ended && outlivesItsEnd(started)) await git.deleteRef(openRef(DEFAULT_REF_PREFIX, runId));
    } catch (error) {
      // The sweep tells it: the run's open ref stands as long as nobody has.
      const why = messageOf(error);
      say.warning(`the pull request could not be told of run ${runId}: ${why}`);
    }
  };
}
