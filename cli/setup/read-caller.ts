/** A workflow file as doctor reads it: the jobs that run our action, where they run, the secrets that they are handed. */
import { parse } from "yaml";
import { z } from "zod";

const Permissions = z.union([z.string(), z.record(z.string(), z.string())]).nullable();
const Step = z.looseObject({
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).nullish(),
});
const Workflow = z.object({
  name: z.string().optional(),
  "run-name": z.string().optional(),
  on: z.unknown(),
  permissions: Permissions.optional(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      uses: z.string().optional(),
      "runs-on": z.unknown().optional(),
      permissions: Permissions.optional(),
      environment: z.unknown().optional(),
      steps: z.array(Step).optional(),
    }),
  ),
});
export type Workflow = z.infer<typeof Workflow>;
type Job = Workflow["jobs"][string];

const HOPS: ReadonlySet<unknown> = new Set(["trunk", "branch", "next", "command"]);

export interface OurJob {
  readonly uses: string;
  readonly name: string;
  readonly job: Job;
  readonly part: string;
  readonly given: Readonly<Record<string, unknown>>;
}

export function readWorkflow(text: string): Workflow | null {
  try {
    return Workflow.parse(parse(text));
  } catch {
    return null;
  }
}

/** None, where no job of it begins a hop. */
export function ourJobs(workflow: Workflow | null): OurJob[] {
  const found = steps(workflow).filter(({ given }) => HOPS.has(given.part));
  // A job may have the same part twice, for a workflow run that is cancelled and for one that is not.
  const once = found.filter(
    ({ name, part }, n) => n === found.findIndex((one) => one.name === name && one.part === part),
  );
  return once.some(({ part }) => part === "trunk") ? once : [];
}

/** Those that run whole graphs by the same action, at whatever ref; null: by one of its name. */
export function wholeRuns(workflow: Workflow | null, action: string | null): OurJob[] {
  const wanted = action === null ? null : repositoryOf(action);
  return steps(workflow).filter(({ uses, part }) => {
    const repository = repositoryOf(uses);
    return part === "single" && (wanted === null ? repository.endsWith("/attractor") : repository === wanted);
  });
}

const repositoryOf = (uses: string): string => uses.toLowerCase().split("@")[0]!;

function steps(workflow: Workflow | null): OurJob[] {
  return Object.entries(workflow?.jobs ?? {}).flatMap(([name, job]) =>
    (job.steps ?? []).flatMap(({ uses, with: given }) => {
      const part = given?.part ?? "single";
      return uses === undefined || typeof part !== "string"
        ? []
        : [{ uses, name, job, part, given: given ?? {} }];
    }),
  );
}

export function triggersOf({ on }: Workflow): string[] {
  if (typeof on === "string") return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(on ?? {});
}

/** The action that its jobs run. */
export const actionNamed = (text: string): string | null => ourJobs(readWorkflow(text))[0]?.uses ?? null;

export interface SecretUse {
  readonly name: string;
  /** Of the job that is handed it; null without one. */
  readonly environment: string | null;
}

const SECRET = /\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)/g;

/** The secrets that the workflow hands on. */
export function secretUses(text: string): SecretUse[] {
  const used = new Map<string, SecretUse>();
  const names = new Set<string>();
  for (const job of Object.values(readWorkflow(text)?.jobs ?? {})) {
    const environment = environmentOf(job);
    for (const name of namesIn(JSON.stringify(job))) {
      names.add(name);
      used.set(`${name} ${environment}`, { name, environment });
    }
  }
  const outside = namesIn(text.replace(/^\s*#.*$/gm, "")).filter((name) => !names.has(name));
  return [...used.values(), ...outside.map((name) => ({ name, environment: null }))];
}

const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(SECRET)].map(([, name = ""]) => name)),
];

/** An expression is known when it runs. */
function environmentOf({ environment }: Job): string | null {
  const name =
    typeof environment === "object" && environment !== null && "name" in environment
      ? environment.name
      : environment;
  return typeof name === "string" && !name.includes("${{") ? name : null;
}

/** The environments that jobs of ours begin in. */
export const environmentsNamed = (text: string): string[] => [
  ...new Set(ourJobs(readWorkflow(text)).flatMap(({ job }) => environmentOf(job) ?? [])),
];

const HOSTED = /^(?:ubuntu|macos|windows)-/;

/** An expression is known when it runs. */
export const isOwn = (label: string): boolean => !HOSTED.test(label) && !label.includes("${{");

export function labelsOf(job: Job): string[] {
  const runsOn = job["runs-on"];
  const labels = typeof runsOn === "object" && runsOn !== null && "labels" in runsOn ? runsOn.labels : runsOn;
  return [labels].flat().filter((label): label is string => typeof label === "string");
}

/** What a runner of somebody's own must carry together to take a job of ours. A group's runners are the organization's. */
export function labelSets(text: string): string[][] {
  const jobs = ourJobs(readWorkflow(text)).filter(({ job }) => !hasGroup(job));
  const sets = jobs.map(({ job }) => labelsOf(job)).filter((labels) => labels.some(isOwn));
  return [...new Map(sets.map((labels) => [labels.join("\n"), labels])).values()];
}

const hasGroup = ({ "runs-on": runsOn }: Job): boolean =>
  typeof runsOn === "object" && runsOn !== null && "group" in runsOn;

/** Whether a dispatch that names a hop reaches our jobs as one, and not as the start of a run. */
export function handsOnHop(text: string): boolean {
  const claiming = ourJobs(readWorkflow(text)).filter(({ part }) => part === "trunk");
  return (
    claiming.length > 0 &&
    claiming.every(({ given }) => /^\$\{\{\s*inputs\.hop\s*\}\}$/.test(String(given.hop ?? "").trim()))
  );
}

export interface CallerWays {
  /** How many rounds of trunk and branches one workflow run of it holds. */
  readonly rounds: number;
  /** The app decides what comes next. */
  readonly byApp: boolean;
  /** Stages run in jobs that may only read. */
  readonly readOnly: boolean;
}

export function callerWays(text: string): CallerWays {
  const jobs = ourJobs(readWorkflow(text));
  return {
    rounds: Math.max(1, jobs.filter(({ part }) => part === "trunk").length),
    byApp: jobs.some(({ given }) => given.coordinator === "app"),
    readOnly: jobs.some(({ given }) => given["read-only"] === "all"),
  };
}
