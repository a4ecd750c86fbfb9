/** What a job's probe has told already, as rows beside those of the run. */
import type { Probe } from "../../../action/probe/report.ts";
import type { Seen } from "./assumptions.ts";

export function seenByProbes(probes: readonly Probe[]): Seen[] {
  const of = (name: string) => probes.find((probe) => probe.name === `job, ${name}`);
  const [made, gone, files, stages] = ["hidden refs", "deleted", "other workflow files", "stages"].map(of);
  const seen: Seen[] = [];
  if (made !== undefined) {
    const as = made.ok && gone?.ok === true;
    seen.push({ row: "refs", as, seen: as ? "both were made, and are gone" : refusedIn(made.ok) });
  }
  if (files !== undefined) seen.push({ row: "workflow_files", ...takenBy(files.said) });
  if (stages !== undefined)
    seen.push({
      row: "stages",
      as: stages.ok,
      seen: stages.ok ? "it reaches neither" : "it does, or there is none",
    });
  return seen;
}

const refusedIn = (made: boolean): string => (made ? "they were not deleted" : "they were refused");

function takenBy(said: string): Pick<Seen, "as" | "seen"> {
  if (said.startsWith("a hidden ref takes a commit")) return { as: true, seen: "it does" };
  if (said.startsWith("a hidden ref takes no commit")) return { as: false, seen: "it does not" };
  return { as: null, seen: "no recent commit changed a workflow file, or the answer was another one" };
}
