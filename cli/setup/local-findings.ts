/** What a checkout tells of its set-up: is there a caller, is it where GitHub looks, can the configuration be read. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { loadConfig } from "../../engine/config/load.ts";
import type { Config } from "../../engine/config/schema.ts";
import {
  CALLER_PATH,
  CLOCK_PATH,
  CONFIG_PATH,
  COORDINATOR_PATH,
  workflowFiles,
} from "../../github/workflows/init-files.ts";
import { sectionOf } from "../../github/workflows/marked-section.ts";
import { callerFindings, type SetupFinding, UPGRADE } from "./caller-findings.ts";
import { folderRounds } from "./folder-rounds.ts";
import { type Git, gitIn } from "./git-answer.ts";
import { type IdleCost, idleCost } from "./idle-cost.ts";
import { jobsIn } from "./jobs-in-config.ts";
import { callerWays, readWorkflow, wholeRuns } from "./read-caller.ts";

const FOLDER = ".github/workflows";

export interface LocalSetup {
  readonly findings: readonly SetupFinding[];
  /** Workflows that call ours, with their text. */
  readonly callers: ReadonlyMap<string, string>;
  /** All workflows, path and text. */
  readonly workflows: readonly (readonly [string, string])[];
  readonly config: Config;
  readonly idle: IdleCost;
}

export function localSetup(root: string): LocalSetup {
  const callers = new Map<string, string>();
  const findings: SetupFinding[] = [];
  const workflows = workflowNames(root).map((name) => {
    const file = `${FOLDER}/${name}`;
    return [file, readFileSync(join(root, file), "utf8")] as const;
  });
  for (const [file, text] of workflows) {
    const found = callerFindings(file, text);
    if (found === null) continue;
    callers.set(file, text);
    findings.push(...found, ...staleFindings(root, file, text), ...branchFindings(root, file));
  }
  const config = configAt(root);
  if (callers.size === 0) findings.push(noCaller(workflows, config));
  else findings.push(...sweepFindings(root, new Map(workflows), callers));
  return {
    ...{ findings: [...findings, ...configFindings(root)], callers, workflows },
    ...{ config, idle: idleCost(workflows) },
  };
}

/** What listens and looks where no app is installed. */
const SWEEPS = [
  [
    "NO_COORDINATOR",
    COORDINATOR_PATH,
    "nobody executes commands of comments, nor looks after a run whose workflow run did not end well",
  ],
  [
    "NO_CLOCK",
    CLOCK_PATH,
    "nobody looks after a run whose last job was lost, nor after a question's deadline",
  ],
] as const;

function sweepFindings(
  root: string,
  workflows: ReadonlyMap<string, string>,
  callers: ReadonlyMap<string, string>,
): SetupFinding[] {
  if ([...callers.values()].some((text) => callerWays(text).byApp)) return leftFindings(workflows);
  const found = SWEEPS.flatMap(([code, file, title]): SetupFinding[] => {
    const text = workflows.get(file);
    if (text !== undefined) return staleFindings(root, file, text);
    const advice = `${UPGRADE}, which writes it; or install the app and set coordinator: app`;
    return [{ code, severity: "warning", file, title, advice }];
  });
  return [...found, ...unheardFindings(workflows.get(COORDINATOR_PATH) ?? "", callers)];
}

/** Written before the app was there. */
const leftFindings = (workflows: ReadonlyMap<string, string>): SetupFinding[] =>
  SWEEPS.filter(([, file]) => workflows.has(file)).map(([, file]) => ({
    code: "COORDINATOR_LEFT",
    severity: "warning",
    file,
    title:
      "the app decides here, and this workflow listens and looks after runs beside it, in a job each time",
    advice: `git rm ${file}`,
  }));

const Listens = z.looseObject({ workflow_run: z.looseObject({ workflows: z.array(z.string()) }) });

/** A workflow that is called otherwise than the coordinator listens for: nobody is told that it did not end well. */
function unheardFindings(coordinator: string, callers: ReadonlyMap<string, string>): SetupFinding[] {
  const listens = Listens.safeParse(readWorkflow(coordinator)?.on).data?.workflow_run.workflows;
  if (listens === undefined) return [];
  return [...callers].flatMap(([file, text]): SetupFinding[] => {
    const name = readWorkflow(text)?.name ?? file;
    if (readWorkflow(text) === null || listens.includes(name)) return [];
    const title = `it is called ${JSON.stringify(name)}, and ${COORDINATOR_PATH} listens for ${listens.map((one) => JSON.stringify(one)).join(", ")}: a lost job is found by the hourly look alone`;
    const advice = `name: ${listens[0] ?? "Attractor"}`;
    return [{ code: "CALLER_NAME", severity: "warning", file, title, advice }];
  });
}

/** Meant so, where a workflow of theirs runs graphs in one job. */
function noCaller(workflows: LocalSetup["workflows"], { jobs }: Config): SetupFinding {
  const alone = workflows.filter(
    ([, text]) => wholeRuns(readWorkflow(text), jobs?.action ?? null).length > 0,
  );
  const [file] = alone[0] ?? [];
  return {
    code: "NO_CALLER",
    severity: file === undefined ? "error" : "info",
    file: CALLER_PATH,
    title:
      file === undefined
        ? "no workflow here has the jobs of a run, so that nothing runs graphs as hops"
        : `no workflow here has the jobs of a run in hops; ${file} runs a graph in one job, which is enough for one that asks nobody`,
    advice: "run `attractor init`",
  };
}

/** The marked lines, where they are not what this version makes of the configuration. */
function staleFindings(root: string, file: string, text: string): SetupFinding[] {
  const section = sectionOf(text);
  const config = join(root, CONFIG_PATH);
  if (section === null || !existsSync(config)) return [];
  const { jobs, config: read, problem } = jobsIn(readFileSync(config, "utf8"));
  if (problem !== null || jobs.action === undefined) return [];
  const { rounds } = callerWays(text);
  const fresh = workflowFiles({ action: jobs.action, jobs, rounds }).find(({ path }) => path === file);
  if (fresh === undefined) return [];
  if (sectionOf(fresh.text) !== section) return [stale(file)];
  const counts = file === CALLER_PATH && jobs.rounds === undefined;
  const wanted = counts ? folderRounds(root, read) : null;
  return wanted !== null && wanted > rounds ? [tooFewRounds(file, rounds, wanted)] : [];
}

function stale(file: string): SetupFinding {
  const title = `its marked lines are not what this version makes of ${CONFIG_PATH}`;
  const advice = "look at what `attractor init --upgrade` changes, and commit it";
  return { code: "CALLER_STALE", severity: "warning", file, title, advice };
}

function tooFewRounds(file: string, rounds: number, wanted: number): SetupFinding {
  const title = `a workflow run of it holds ${rounds} ${rounds === 1 ? "round" : "rounds"} of branches, and the graphs here want ${wanted}`;
  const advice = `${UPGRADE}; else their runs go on in further workflow runs, a job more for each`;
  return { code: "ROUNDS_FEW", severity: "warning", file, title, advice };
}

function workflowNames(root: string): string[] {
  if (!existsSync(join(root, FOLDER))) return [];
  return readdirSync(join(root, FOLDER))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
}

/** GitHub dispatches only what is on the default branch. */
function branchFindings(root: string, file: string): SetupFinding[] {
  const git = gitIn(root);
  const branch = git("rev-parse", "--abbrev-ref", "origin/HEAD");
  if (branch === null && git("remote") === "") {
    const title = "this repository has no remote, so that GitHub has nothing of it";
    const advice = "gh repo create --source . --push, or git remote add origin URL";
    return [{ code: "NO_REMOTE", severity: "error", file, title, advice }, ...uncommittedFindings(git, file)];
  }
  if (branch === null) {
    const title =
      "which branch is the default one is not known here, so neither whether the workflow is on it";
    return [
      {
        code: "DEFAULT_BRANCH_UNKNOWN",
        severity: "info",
        file,
        title,
        advice: "git remote set-head origin --auto",
      },
      ...uncommittedFindings(git, file),
    ];
  }
  if (git("cat-file", "-e", `${branch}:${file}`) !== null) return unsentFindings(git, branch, file);
  const title = `it is not on the default branch (${branch}): GitHub finds no workflow to dispatch (404)`;
  return [
    {
      code: "CALLER_NOT_ON_DEFAULT",
      severity: "error",
      file,
      title,
      advice: "merge it there; if it is merged, git fetch",
    },
  ];
}

/** What a run is made of. */
const pathsOf = (file: string): string[] => [
  ...[file, COORDINATOR_PATH, CLOCK_PATH, CONFIG_PATH],
  ...["graphs", "*.dot"],
];

function uncommittedFindings(git: Git, file: string): SetupFinding[] {
  const dirty = (git("status", "--porcelain", "--untracked-files=all", "--", ...pathsOf(file)) ?? "")
    .split("\n")
    .map((line) => line.slice(3))
    .filter((path) => path !== "");
  if (dirty.length === 0) return [];
  const title = `not committed: ${shown(dirty)}; a run on GitHub does not have it`;
  const advice = "commit and push it, or leave it out on purpose";
  return [{ code: "NOT_COMMITTED", severity: "warning", file, title, advice }];
}

/** GitHub has another text of it than this folder. */
function unsentFindings(git: Git, branch: string, file: string): SetupFinding[] {
  const dirty = uncommittedFindings(git, file);
  if (dirty.length > 0) return dirty;
  const unsent = (git("diff", "--name-only", branch, "HEAD", "--", ...pathsOf(file)) ?? "")
    .split("\n")
    .filter(Boolean);
  if (unsent.length === 0) return [];
  const title = `${branch} has another text of ${shown(unsent)}; a run on GitHub takes that one`;
  const advice = "push it to the default branch; if it is there, git fetch";
  return [{ code: "NOT_PUSHED", severity: "warning", file, title, advice }];
}

const shown = (paths: readonly string[]): string =>
  paths.slice(0, 3).join(", ") + (paths.length > 3 ? ` and ${paths.length - 3} more` : "");

const configAt = (root: string): Config =>
  jobsIn(existsSync(join(root, CONFIG_PATH)) ? readFileSync(join(root, CONFIG_PATH), "utf8") : "").config;

function configFindings(root: string): SetupFinding[] {
  const path = join(root, CONFIG_PATH);
  if (!existsSync(path)) return [];
  const loaded = loadConfig(readFileSync(path, "utf8"), CONFIG_PATH);
  if (loaded.ok) return [];
  return loaded.problems.map((problem) => ({
    code: "CONFIG",
    severity: "error",
    file: `${problem.file}:${problem.line}:${problem.column}`,
    title: problem.message,
    advice: "fix it; every run reads it from the base ref",
  }));
}
