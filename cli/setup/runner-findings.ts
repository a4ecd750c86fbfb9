/** Whether a runner is there that takes the jobs: else they wait for a day and are cancelled then. */
import { z } from "zod";
import type { SetupFinding } from "./caller-findings.ts";
import { ASK_AS_ADMIN, type GitHubAccess, readOf } from "./github-findings.ts";

const Runners = z.object({
  runners: z.array(z.object({ status: z.string(), labels: z.array(z.object({ name: z.string() })) })),
  total_count: z.number().optional(),
});
type Runner = z.infer<typeof Runners>["runners"][number];

const MOST_PAGES = 20;

/** Each list is of labels that one runner must carry all. */
export async function runnerFindings(
  access: GitHubAccess,
  file: string,
  wanted: readonly (readonly string[])[],
): Promise<SetupFinding[]> {
  if (wanted.length === 0) return [];
  const runners = await runnersOf(access);
  if (typeof runners === "string") {
    const title = `whether a runner carries ${wanted.map(shown).join(", or ")} is not known: ${runners}`;
    return [{ code: "RUNNERS_UNKNOWN", severity: "info", file, title, advice: ASK_AS_ADMIN }];
  }
  return wanted.flatMap((labels): SetupFinding[] => {
    const mine = runners.filter((runner) => carriesAll(runner, labels));
    if (mine.some(({ status }) => status === "online")) return [];
    const title =
      mine.length > 0
        ? `every runner of the repository that carries ${shown(labels)} is offline`
        : `no runner of the repository carries ${shown(labels)}`;
    const advice =
      "start one, or change runs-on; when it is a runner of the organization or made on demand, which is not seen from here, try --live";
    return [{ code: "RUNNER_ABSENT", severity: "warning", file, title, advice }];
  });
}

async function runnersOf(access: GitHubAccess): Promise<readonly Runner[] | string> {
  const all: Runner[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const read = await readOf(
      access,
      "actions/runners",
      Runners,
      "the token needs to administer the repository",
      page,
    );
    if (typeof read === "string") return read;
    all.push(...read.runners);
    if (read.runners.length === 0 || all.length >= (read.total_count ?? 0)) break;
  }
  return all;
}

function carriesAll({ labels }: Runner, wanted: readonly string[]): boolean {
  const carried = new Set(labels.map(({ name }) => name.toLowerCase()));
  return wanted.every((label) => carried.has(label.toLowerCase()));
}

const shown = (labels: readonly string[]): string =>
  labels.map((label) => JSON.stringify(label)).join(" and ");
