/** What is wrong with a workflow that calls ours: GitHub would say it late, or not at all. */
import { parse } from "yaml";
import { z } from "zod";
import { CALLED_BY, CALLED_INPUTS, CALLER_INPUTS } from "./files.ts";

export interface SetupFinding {
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly file: string;
  readonly title: string;
  readonly advice: string;
}

const CALLED = /\/\.github\/workflows\/(attractor(?:-readonly)?\.yml)@/;
/** What jobs of ours write with, in either workflow. */
export const NEEDED = ["contents", "actions"] as const;
const HOSTED = /^(?:ubuntu|macos|windows)-/;

const Permissions = z.union([z.string(), z.record(z.string(), z.string())]).nullable();
const Workflow = z.object({
  name: z.string().optional(),
  "run-name": z.string().optional(),
  on: z.unknown(),
  permissions: Permissions.optional(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      uses: z.string().optional(),
      permissions: Permissions.optional(),
      with: z.record(z.string(), z.unknown()).nullish(),
      secrets: z.unknown().optional(),
    }),
  ),
});
type Workflow = z.infer<typeof Workflow>;
type Job = Workflow["jobs"][string];

/** Null: this workflow does not call ours. */
export function callerFindings(file: string, text: string): SetupFinding[] | null {
  const workflow = readWorkflow(text);
  if (workflow === null) return CALLED.test(text) ? [unreadable(file)] : null;
  const jobs = Object.entries(workflow.jobs).filter(([, job]) => CALLED.test(job.uses ?? ""));
  if (jobs.length === 0) return null;
  return [
    ...triggerFindings(file, workflow),
    ...titleFindings(file, workflow),
    ...jobs.flatMap(([name, job]) => jobFindings(file, workflow, name, job)),
  ];
}

function readWorkflow(text: string): Workflow | null {
  try {
    return Workflow.parse(parse(text));
  } catch {
    return null;
  }
}

/** The names of the secrets that the workflow hands on. */
export const secretsNamed = (text: string): string[] => [
  ...new Set(
    [...text.replace(/^\s*#.*$/gm, "").matchAll(/\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)/g)].map(
      (match) => match[1]!,
    ),
  ),
];

/** The labels that its jobs run on and GitHub does not host. */
export function labelsNamed(text: string): string[] {
  const labels = Object.values(readWorkflow(text)?.jobs ?? {}).flatMap(({ uses = "", with: given }) =>
    CALLED.test(uses) ? [given?.["runs-on"]] : [],
  );
  return labels.filter((label): label is string => typeof label === "string" && isOwn(label));
}

/** An expression is known when it runs. */
const isOwn = (label: string): boolean => !HOSTED.test(label) && !label.includes("${{");

/** Whether a dispatch that names a hop reaches our workflow as one, and not as the start of a run. */
export function handsOnHop(text: string): boolean {
  const calling = Object.values(readWorkflow(text)?.jobs ?? {}).filter((job) => CALLED.test(job.uses ?? ""));
  return (
    calling.length > 0 &&
    calling.every((job) => /^\$\{\{\s*inputs\.hop\s*\}\}$/.test(String(job.with?.hop ?? "").trim()))
  );
}

const unreadable = (file: string): SetupFinding => ({
  code: "CALLER_UNREADABLE",
  severity: "error",
  file,
  title: "this is no workflow that GitHub can read",
  advice: "compare it with what `attractor init` writes",
});

function triggerFindings(file: string, { on }: Workflow): SetupFinding[] {
  const triggers = typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(on ?? {});
  if (!triggers.includes("workflow_dispatch")) {
    const title = "hops are dispatched, and this workflow has no `on: workflow_dispatch`";
    return [
      {
        code: "CALLER_NOT_DISPATCHED",
        severity: "error",
        file,
        title,
        advice: "add workflow_dispatch with the inputs that `attractor init` writes",
      },
    ];
  }
  const dispatch = (on as Record<string, { inputs?: Record<string, unknown> } | null>).workflow_dispatch;
  const missing = CALLER_INPUTS.filter((name) => !Object.hasOwn(dispatch?.inputs ?? {}, name));
  if (missing.length === 0) return [];
  const title = `a dispatch names inputs that this workflow does not declare: ${missing.join(", ")}`;
  return [
    {
      code: "CALLER_INPUTS",
      severity: "error",
      file,
      title,
      advice: "declare them as strings with an empty default; GitHub refuses the dispatch otherwise (422)",
    },
  ];
}

function titleFindings(file: string, workflow: Workflow): SetupFinding[] {
  if (/fromJSON\(inputs\.hop\)\.run/.test(workflow["run-name"] ?? "")) return [];
  const title = "run-name does not tell run and hop, so that a hop that failed to start cannot be found";
  return [
    {
      code: "CALLER_TITLE",
      severity: "warning",
      file,
      title,
      advice: "take run-name from what `attractor init` writes",
    },
  ];
}

function jobFindings(file: string, workflow: Workflow, name: string, job: Job): SetupFinding[] {
  const found: SetupFinding[] = [];
  const called = CALLED.exec(job.uses ?? "")?.[1] ?? "";
  const given = job.permissions ?? workflow.permissions;
  const lacking = NEEDED.filter((scope) => !grants(given, scope));
  if (lacking.length > 0) {
    const title = `job ${name} gives ${lacking.map((scope) => `${scope}: write`).join(" and ")} to nobody, and ${called} asks for it: GitHub answers startup_failure`;
    found.push({
      code: "CALLER_PERMISSIONS",
      severity: "error",
      file,
      title,
      advice: `add permissions: { contents: write, actions: write } to job ${name}`,
    });
  }
  for (const input of CALLER_INPUTS) {
    if (Object.hasOwn(job.with ?? {}, input)) continue;
    const title = `job ${name} does not hand on ${input}`;
    found.push({
      code: "CALLER_WITH",
      severity: "error",
      file,
      title,
      advice: `add \`${input}: \${{ inputs.${input} }}\` to its with`,
    });
  }
  for (const input of Object.keys(job.with ?? {})) {
    if (CALLED_INPUTS.includes(input)) continue;
    found.push({
      code: "CALLER_WITH_UNKNOWN",
      severity: "error",
      file,
      title: `job ${name} hands on ${input}, which ${called} does not take: GitHub answers startup_failure`,
      advice: `remove ${input}; it takes ${CALLED_INPUTS.join(", ")}`,
    });
  }
  const label = job.with?.["runs-on"];
  if (typeof label === "string" && isOwn(label)) {
    const title = `job ${name} runs on ${JSON.stringify(label)}, which GitHub does not host`;
    found.push({
      code: "RUNNER_LABEL",
      severity: "info",
      file,
      title,
      advice:
        called === CALLED_BY.job
          ? "a runner of your own must carry that label"
          : "a runner of your own must carry that label, run Linux, and be root or have sudo without a password; attractor-readonly.yml needs neither",
    });
  }
  if (job.secrets === "inherit") {
    const title = `job ${name} hands on every secret of the repository`;
    found.push({
      code: "CALLER_SECRETS",
      severity: "warning",
      file,
      title,
      advice: "name the keys under secrets: env: instead",
    });
  }
  return found;
}

/** Without `permissions` a repository's default applies, which nobody can read from here. */
function grants(given: Workflow["permissions"], scope: string): boolean {
  if (given === undefined || given === "write-all") return true;
  return given !== null && typeof given !== "string" && given[scope] === "write";
}
