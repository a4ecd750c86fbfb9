/** What `attractor init` is asked for. */
import { resolve } from "node:path";
import { ACTION, defaultJobs, Jobs } from "../engine/config/jobs.ts";
import { AGENTS, type AgentChoice, agentChoice } from "../github/workflows/agent-choice.ts";
import type { Arguments } from "./command.ts";
import { UsageError } from "./options.ts";

export const INIT_USAGE = `usage: attractor init [options] [DIR]
       attractor init --upgrade [--action OWNER/NAME@REF] [DIR]

Writes what runs graphs on GitHub into the repository at DIR (the current folder): a workflow whose jobs are yours, the
workflow that executes commands of comments, a configuration and a first graph. Nothing is written when one of the files is there already.

  --action OWNER/NAME@REF  the action that the jobs run: a release, its commit, or a fork (default: where this copy comes from)
  --runs-on LABELS         runners of jobs that run stages: a label, several with commas, or group=NAME (and labels within it)
  --environment NAME       environment of jobs that run stages
  --container IMAGE        image that jobs which run stages work in
  --timezone ZONE          of the coordinator's schedule, such as Europe/Berlin
  --agent NAME             sets up copilot (no secret: the job's own token pays), claude, codex, gemini, kimi or zai: provider,
                           permissions, secrets and steps that install it
  --app                    the Attractor app decides what comes next, and no second workflow is needed
  --privileged             stages that a graph marks privileged=true run as the runner's own user, with sudo and docker, in jobs
                           of their own that may only read
  --contents write|read    write (default): stages run as a user of their own, and a lost runner loses what ran since the last
                           push; read: all of them run as the runner's own user, in jobs that may only read
  --upgrade                writes the marked lines of the workflows anew from .github/attractor.yml, and shows what changed
`;

export interface AskedInit {
  readonly upgrade: boolean;
  readonly folder: string;
  readonly action: string | null;
  readonly jobs: Jobs;
  readonly agent: AgentChoice | null;
}

export const INIT_OPTIONS = {
  action: { type: "string" },
  "runs-on": { type: "string" },
  environment: { type: "string" },
  container: { type: "string" },
  timezone: { type: "string" },
  agent: { type: "string" },
  app: { type: "boolean", default: false },
  privileged: { type: "boolean", default: false },
  contents: { type: "string" },
  durability: { type: "string" },
  upgrade: { type: "boolean", default: false },
} as const;

export function readInit({ values, positionals }: Arguments<typeof INIT_OPTIONS>): AskedInit {
  if (positionals.length > 1) throw new UsageError("name one folder only");
  const { action, app, environment, container, timezone } = values;
  const agent = values.agent === undefined ? null : chosen(values.agent);
  if (values.durability !== undefined)
    throw new UsageError("--durability job is --contents read now, and stage is what happens without it");
  const contents = values.contents ?? agent?.jobs.contents ?? "write";
  if (contents !== "write" && contents !== "read") throw new UsageError("--contents takes write or read");
  if (agent?.jobs.copilot_requests && contents !== "read")
    throw new UsageError(
      "--agent copilot gives agents the job's own token, so their jobs may write nothing: leave --contents out",
    );
  if (action !== undefined && !ACTION.test(action))
    throw new UsageError(`--action takes OWNER/NAME@REF, not ${JSON.stringify(action)}`);
  const others =
    [values["runs-on"], environment, container, timezone, agent ?? undefined].some(
      (one) => one !== undefined,
    ) ||
    app ||
    values.privileged ||
    values.contents !== undefined;
  if (values.upgrade && others)
    throw new UsageError(
      "--upgrade takes the jobs from .github/attractor.yml: write what you want under jobs:",
    );
  return {
    upgrade: values.upgrade,
    folder: resolve(positionals[0] ?? "."),
    action: action ?? null,
    agent,
    jobs: checked({
      ...defaultJobs(),
      ...agent?.jobs,
      coordinator: app ? "app" : "workflow",
      contents,
      ...(values.privileged ? { privileged: "allow" as const } : {}),
      ...(values["runs-on"] === undefined ? {} : { runs_on: runsOn(values["runs-on"]) }),
      ...(environment === undefined ? {} : { environment }),
      ...(container === undefined ? {} : { container }),
      ...(timezone === undefined ? {} : { timezone }),
    }),
  };
}

/** As the configuration will be read: what is refused there must not be written. */
function checked(jobs: Jobs): Jobs {
  const { data, error } = Jobs.safeParse(jobs);
  if (data !== undefined) return data;
  const [first] = error.issues;
  throw new UsageError(`--${String(first?.path[0]).replaceAll("_", "-")}: ${first?.message}`);
}

function chosen(name: string): AgentChoice {
  const known = AGENTS.find((one) => one === name);
  if (known === undefined) throw new UsageError(`--agent takes ${AGENTS.join(", ")}`);
  return agentChoice(known);
}

function runsOn(text: string): Jobs["runs_on"] {
  const [first = "", ...others] = text.includes("${{") ? [text] : text.split(",").map((one) => one.trim());
  const group = /^group=(.*)$/.exec(first)?.[1];
  const labels = group === undefined ? [first, ...others] : others;
  if (group === "" || labels.some((label) => label === "" || /^[[\]"']|[[\]"']$/.test(label)))
    throw new UsageError("--runs-on takes a label, labels with commas, or group=NAME, and no brackets");
  if (group !== undefined) return labels.length === 0 ? { group } : { group, labels };
  return others.length === 0 ? first : labels;
}
