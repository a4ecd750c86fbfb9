/** From the way of a run to the jobs that GitHub starts for it: one workflow run holds several rounds of trunk and branches. */

/** What happens one after the other outside all fan-outs. */
export type RoundStep =
  | { readonly kind: "stages" }
  /** The trunk's stages in a job that may only read. */
  | { readonly kind: "turn" }
  /** `privileged`: how many of them run in jobs that may only read, beside others. */
  | { readonly kind: "branches"; readonly count: number; readonly privileged?: number }
  | { readonly kind: "question" };

export interface RoundRules {
  readonly coordinator: "workflow" | "app";
  /** Rounds that the workflow file holds. */
  readonly rounds: number;
  /** Such jobs have a name of their own, beside branches whose jobs may write. */
  readonly privileged?: boolean;
  /** A pull request or an issue is told of the end: without the app that takes a job. */
  readonly told: boolean;
}

export interface PlannedJobs {
  readonly name: string;
  readonly count: number;
}

/** One list for each workflow run, its jobs in order. */
export type PlannedRuns = readonly (readonly PlannedJobs[])[];

export const ROUNDS_BY_DEFAULT = 4;
/** As many jobs as GitHub takes for the matrices of one workflow run, by what is known of it. */
const MOST_BRANCHES = 256;

export function workflowRunsOf(steps: readonly RoundStep[], rules: RoundRules): PlannedRuns {
  const runs: PlannedJobs[][] = [];
  let round = 0;
  let branches = 0;
  /** A trunk job of the last workflow run is at work. */
  let trunk = false;
  const job = (name: string, count = 1) => runs.at(-1)!.push({ name, count });
  const work = () => {
    if (trunk) return;
    runs.push([]);
    [round, branches, trunk] = [1, 0, true];
    job("Trunk 1");
  };
  const hand = () => {
    if (trunk && rules.coordinator === "workflow") job("Next");
    trunk = false;
  };
  work();
  for (const step of steps) {
    if (step.kind === "stages") work();
    else if (step.kind === "question") {
      hand();
      if (rules.coordinator === "workflow") runs.push([{ name: "Command", count: 1 }]);
    } else {
      let { count: open, privileged: apart = 0 } =
        step.kind === "branches" ? step : { count: 1, privileged: rules.privileged ? 1 : 0 };
      while (open > 0) {
        work();
        const now = Math.min(open, MOST_BRANCHES);
        if (branches > 0 && branches + now > MOST_BRANCHES) {
          hand();
          work();
        }
        const root = Math.min(now, apart);
        if (now > root) job(`Branches ${round}`, now - root);
        if (root > 0) job(`Privileged ${round}`, root);
        apart -= root;
        branches += now;
        open -= now;
        if (round < rules.rounds) job(`Trunk ${++round}`);
        else {
          job("Next");
          trunk = false;
        }
      }
    }
  }
  if (trunk && rules.told && rules.coordinator === "workflow") job("Next");
  // The app writes the end when no job of the run is there any more: one leaves it as an artifact.
  if (rules.coordinator === "app") runs.push([{ name: "Trunk 1", count: 1 }]);
  return runs;
}

export const jobsIn = (runs: PlannedRuns): number => runs.flat().reduce((sum, { count }) => sum + count, 0);

export interface RoundCounts {
  readonly fanOuts: number;
  readonly branches: number;
  readonly questions: number;
  /** Trunk jobs that begin because the time of the one before was over. */
  readonly more: number;
}

/** The most jobs that so many fan-outs, branches and questions can take, in whatever order they come. */
export function mostJobs(counts: RoundCounts, rules: RoundRules): number {
  const { fanOuts, branches, questions, more } = counts;
  const chunks = fanOuts + Math.floor(branches / MOST_BRANCHES);
  // Two neighbours that do not fit into one workflow run together have more than 256 branches.
  const split = Math.floor((2 * branches) / (MOST_BRANCHES + 1));
  const byWorkflow = rules.coordinator === "workflow" ? 1 : 0;
  const trunks = 2 - byWorkflow + chunks + questions + split + more;
  const nexts = Math.floor(chunks / rules.rounds) + byWorkflow * (questions + split + more);
  return trunks + branches + nexts + byWorkflow * (questions + (rules.told ? 1 : 0));
}
