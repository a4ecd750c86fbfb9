/** What only a job can tell: a workflow run of the caller that runs no graph says what its token and the runner's image allow. */
import { type Probe, readReport } from "../../action/probe/report.ts";
import { messageOf } from "../../engine/message-of.ts";
import { statusOf } from "../../github/ledger/git-data.ts";
import { isAbandoned, NAME } from "./probe-name.ts";
import {
  type Caller,
  cancelRun,
  dispatchProbe,
  inLogs,
  pageOf,
  removeRun,
  runsOf,
  untilOver,
} from "./probe-run.ts";

export interface JobProbe {
  readonly probes: readonly Probe[];
  /** Why nothing could be asked; null when it could. */
  readonly notProbed: string | null;
  /** The address of its workflow run, when that is still there. */
  readonly left: string | null;
}

const IN_A_TITLE = new RegExp(`\\b${NAME}\\b`);

const nothing = (notProbed: string): JobProbe => ({ probes: [], notProbed, left: null });
const refused = (said: string, left: string | null = null): JobProbe => ({
  probes: [{ name: "job", ok: false, said }],
  notProbed: null,
  left,
});

/** `began` is told of its workflow run. */
export async function probeJob(
  caller: Caller,
  name: string,
  stop: AbortSignal,
  began: (id: number) => void,
): Promise<JobProbe> {
  const { github, workflow } = caller;
  await removeAbandoned(caller);
  let id: number | null;
  try {
    id = await dispatchProbe(caller, name);
  } catch (error) {
    if (statusOf(error) !== 403) return refused(`GitHub does not dispatch ${workflow}: ${messageOf(error)}`);
    return nothing(`this token may not dispatch ${workflow}, which takes Actions: write`);
  }
  if (id === null) return nothing(`${workflow} was dispatched, and GitHub shows no workflow run of it`);
  began(id);
  try {
    return await watched(caller, id, stop);
  } catch (error) {
    // It is not known how it stands: it must not stay unsaid.
    await cancelRun(github, id);
    const left = (await removeRun(github, id)) ? null : pageOf(github, id);
    return { ...refused(`its workflow run could not be watched: ${messageOf(error)}`), left };
  }
}

async function watched({ github }: Caller, id: number, stop: AbortSignal): Promise<JobProbe> {
  const { run, why } = await untilOver(github, id, stop);
  const over = run.status === "completed";
  const report = over ? await inLogs(github, run, readReport) : null;
  if (report === null && !stop.aborted) {
    const said = `its workflow run ended ${run.conclusion} and said nothing: ${run.html_url} tells why`;
    // Its page says more than can be read from here, so it is kept.
    return refused(why ?? said, run.html_url);
  }
  const left = over && (await removeRun(github, id)) ? null : run.html_url;
  if (report === null) return { ...nothing("it was interrupted"), left };
  return {
    probes: report.map((probe) => ({ ...probe, name: `job, ${probe.name}` })),
    notProbed: null,
    left,
  };
}

async function removeAbandoned(caller: Caller): Promise<void> {
  const runs = await runsOf(caller).catch(() => []);
  for (const { id, display_title, created_at } of runs) {
    if (IN_A_TITLE.test(display_title) && isAbandoned(Date.parse(created_at) / 1000))
      await removeRun(caller.github, id);
  }
}
