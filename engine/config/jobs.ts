/** How the jobs of a run are made on GitHub: `attractor init` writes the workflow from it. */
import { z } from "zod";
import type { ReadOnly } from "../core/read-only-stages.ts";
import { EnvName } from "./env-names.ts";

const Text = z.string().regex(/\S/, "expected some text");
const Labels = z.union([Text, z.array(Text).min(1)]);

export const ACTION = /^[\w.-]+\/[\w.-]+(?:\/[\w./-]+)?@[\w./-]+$/;

/** GitHub takes no workflow with another. Offsets, which Node knows too, are none. */
function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export const Jobs = z.strictObject({
  action: z
    .string()
    .regex(ACTION, "expected OWNER/NAME@REF, such as the tag or the commit of a release")
    .optional()
    .describe("The action's repository and ref: a fork, a tag or a commit"),
  coordinator: z
    .enum(["workflow", "app"])
    .default("workflow")
    .describe("Who decides what comes next: a job of the workflow, or the Attractor app"),
  contents: z
    .enum(["write", "read"])
    .default("write")
    .describe(
      "read: all stages run as the runner's own user, in jobs that may only read; for runners without sudo, and for agents that pay with the job's token. write: they run as a user of their own",
    ),
  durability: z
    .enum(["stage", "job"])
    .optional()
    .describe("What contents was called before: job is contents: read"),
  privileged: z
    .enum(["refuse", "allow"])
    .default("refuse")
    .describe(
      "allow: stages that the base ref's graph marks privileged=true run as the runner's own user, with sudo and docker, in jobs of their own that may only read",
    ),
  copilot_requests: z
    .boolean()
    .default(false)
    .describe(
      "Jobs that run stages may ask GitHub Copilot with their own token, which agents of provider copilot are then given; they are jobs that may only read (contents: read)",
    ),
  runs_on: z
    .union([
      Labels,
      z.strictObject({
        group: Text.describe("A group of runners"),
        labels: Labels.optional().describe("Labels within the group"),
      }),
    ])
    .default("ubuntu-latest")
    .describe("Label, list of labels, or group of the runners that run stages"),
  small_runs_on: Labels.optional().describe(
    "The runner of jobs that run no stage; the same as runs_on when it is not given",
  ),
  timeout_minutes: z
    .number()
    .int()
    .positive()
    .default(360)
    .describe("Of jobs that run stages; a run goes on in the next job before it is reached"),
  rounds: z
    .number()
    .int()
    .min(1)
    .max(6)
    .optional()
    .describe(
      "Rounds of trunk and branches that one workflow run holds; a run with more goes on in the next. Without it as many as the repository's graphs want",
    ),
  environment: Text.optional().describe(
    "The environment of jobs that run stages, with its secrets and rules",
  ),
  container: z
    .union([Text, z.looseObject({ image: Text.describe("Name of the image, with its tag or digest") })])
    .optional()
    .describe("The image that jobs which run stages work in"),
  steps: z
    .array(z.looseObject({}))
    .default([])
    .describe("Steps before ours in jobs that run stages, such as actions/setup-java"),
  secrets: z
    .array(EnvName)
    .default([])
    .describe("Secrets of the repository that jobs which run stages are given, such as a provider's key"),
  pull_request_token: EnvName.optional().describe(
    "The secret with the token that opens pull requests, where the job's own may not",
  ),
  retention_days: z
    .number()
    .int()
    .min(1)
    .max(400)
    .optional()
    .describe(
      "Days that the artifacts of a run's jobs are kept; without it what the repository's settings say, 90 as a rule",
    ),
  timezone: z
    .string()
    .refine(isZone, "expected a time zone by its IANA name, such as Europe/Berlin")
    .optional()
    .describe("The time zone of the coordinator's schedule, by its IANA name"),
});
export type Jobs = z.infer<typeof Jobs>;

export const defaultJobs = (): Jobs => Jobs.parse({});

/** Which stages run in jobs that may only read. */
export function readOnlyIn({ contents, durability, privileged, copilot_requests }: Jobs): ReadOnly {
  // An agent is given the job's token, which must be one that can write nothing.
  if (contents === "read" || durability === "job" || copilot_requests) return "all";
  return privileged === "allow" ? "privileged" : "none";
}
