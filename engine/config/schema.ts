/** The run's configuration: what `.github/attractor.yml` and `--config FILE` may say, and what holds when they say nothing. */
import { z } from "zod";
import { PassEnv } from "./env-names.ts";
import { Jobs } from "./jobs.ts";
import { Provider } from "./providers.ts";

export type { Provider } from "./providers.ts";

const milliseconds = z.number().int().nonnegative();
const interval = z.number().int().positive();
const ProviderName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/, "expected lower-case letters, digits, - and _");

const Llm = z.strictObject({
  cli_profile: z
    .enum(["real", "test_shim"])
    .default("real")
    .describe(
      "test_shim: executables may be stand-ins for the CLIs; a run then needs --allow-test-shim and says so",
    ),
  force_models: z
    .record(ProviderName, z.string().min(1))
    .default({})
    .describe("The model of every stage of a provider, whatever its node says"),
  instructions: z
    .enum(["base", "head"])
    .default("base")
    .describe(
      "What command-line agents read of the repository about their work. base: its instruction files are told from the base ref, and a stage fails where the files that its agent reads by itself differ from there. head: agents read what lies in the worktree, whoever wrote it",
    ),
  providers: z
    .record(ProviderName, Provider)
    .default({})
    .describe("The providers that a graph may name; docs/agents.md shows one of each kind"),
});

const RuntimePolicy = z.strictObject({
  stage_timeout_ms: milliseconds.default(0).describe("0: stages have no time limit but their own"),
  stall_timeout_ms: milliseconds
    .default(1_800_000)
    .describe("Time without progress that ends the branch, or the run where it is the trunk; 0: never"),
  stall_check_interval_ms: interval.default(5000).describe("How often the watchdog looks"),
  heartbeat_interval_ms: interval.default(10_000).describe("How often a running attempt says that it lives"),
  max_llm_retries: z
    .number()
    .int()
    .nonnegative()
    .default(6)
    .describe("How often one call of a model is tried again, before the first byte of its answer"),
});

/** What git accepts as a name before `/<run id>`, without asking git. */
const BranchPrefix = z
  .string()
  .regex(
    /^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/,
    "expected a branch name such as attractor/run: no leading or trailing slash, no `..`",
  );

const Git = z.strictObject({
  require_clean: z
    .boolean()
    .default(true)
    .describe("Refuse to start in a repository with uncommitted changes"),
  run_branch_prefix: BranchPrefix.default("attractor/run").describe("The branch of a run is this and its id"),
  commit_per_node: z
    .boolean()
    .default(true)
    .describe("Commit what each stage left; false: nothing is committed"),
  publish: z
    .enum(["branch", "pull_request", "pull_request_head"])
    .default("branch")
    .describe(
      "On GitHub, where a successful run's work goes: the run's own branch; a pull request from it; or the head of the pull request that the run began on, if that is where it was. What did not succeed stays on the run's branch",
    ),
});

const PromptProbes = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      "Before a run begins, ask every model that it could come to, with the tools that it will be offered. This costs money",
    ),
  transports: z
    .array(z.enum(["stream", "complete"]))
    .min(1)
    .default(["stream", "complete"])
    .describe("How they are asked. Agents are answered by stream; by complete a problem is a warning"),
  max_usd: z
    .number()
    .positive()
    .default(0.25)
    .describe("Most US dollars for all of them together; a model that would go beyond it is not asked"),
  timeout_ms: interval.default(30_000).describe("Longest time of one question"),
});

const Preflight = z.strictObject({ prompt_probes: PromptProbes.prefault({}) });

const Budget = z.strictObject({
  usd: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Most US dollars that a run spends; null: no bound"),
  tokens: z
    .number()
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Most tokens that a run spends; null: no bound"),
  minutes: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Longest time of a run, waiting for people left out; null: no bound"),
  attempts: z
    .number()
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Most attempts of stages in a run; null: no bound"),
  jobs: z
    .number()
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("On GitHub: most jobs of trunk and branches; those that only hand on come on top"),
  on_unknown: z
    .enum(["block", "allow"])
    .default("block")
    .describe("What becomes of a call whose cost nobody can tell, when usd or tokens are bounded"),
});

const Cxdb = z.strictObject({
  http_base_url: z
    .url({ protocol: /^https?$/, error: "expected an http or https address" })
    .optional()
    .describe("CXDB server: takes turns where there is no binary_addr, and their names"),
  binary_addr: z
    .string()
    .regex(/^(?:\[[0-9a-fA-F:]+\]|[^:\s]+):\d+$/, "expected HOST:PORT")
    .optional()
    .describe("HOST:PORT of its binary protocol, by which the published server takes turns"),
});

const Otlp = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/, error: "expected an http or https address" })
    .describe("OpenTelemetry collector; traces go to its /v1/traces at the end"),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/, "expected a header's name"), z.string().min(1))
    .default({})
    .describe("Header to the name of the environment variable that holds its value"),
});

const CATALOG =
  "Taken from configurations of Kilroy and passed over: models and prices are those of attractor models";

const catalogKeys = (prefix: string) => ({
  [`${prefix}_path`]: z.string().optional().describe(CATALOG),
  [`${prefix}_update_policy`]: z.enum(["pinned", "on_run_start"]).optional().describe(CATALOG),
  [`${prefix}_url`]: z.string().optional().describe(CATALOG),
  [`${prefix}_fetch_timeout_ms`]: milliseconds.optional().describe(CATALOG),
});

const HostName = z
  .string()
  .regex(
    /^(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
    "expected a host name such as registry.npmjs.org",
  );

export const Config = z.strictObject({
  $schema: z.string().optional().describe("For editors: the address of schemas/config.schema.json"),
  version: z
    .literal(1, "this version reads configurations of version 1")
    .default(1)
    .describe("Of the configuration's form"),
  llm: Llm.prefault({}),
  runtime_policy: RuntimePolicy.prefault({}),
  git: Git.prefault({}),
  preflight: Preflight.prefault({}),
  budget: Budget.prefault({}),
  sandbox: z
    .enum(["off", "auto", "required"])
    .default("auto")
    .describe("Of agents' commands. auto: where the machine can; required: nothing runs where it cannot"),
  egress: z
    .array(HostName)
    .optional()
    .describe(
      "Hosts that agents' commands may speak to, by HTTP proxy; *.example.org is every name below. Omitted: all. []: none. Needs the sandbox",
    ),
  pass_env: PassEnv,
  jobs: Jobs.optional().describe("How `attractor init` makes the jobs of a run on GitHub"),
  otlp: Otlp.optional().describe("Where a run's spans go. Nothing is sent without it"),
  cxdb: Cxdb.optional(),
  modeldb: z
    .strictObject({ ...catalogKeys("litellm_catalog"), ...catalogKeys("openrouter_model_info") })
    .optional(),
  repo: z
    .strictObject({
      path: z.string().min(1).optional().describe("Where the run works when --workdir is not given"),
    })
    .optional(),
});
export type Config = z.infer<typeof Config>;

/** Published as `schemas/config.schema.json`, for editors. */
export const configJsonSchema = () => ({
  title: "Attractor run configuration",
  ...z.toJSONSchema(Config, { io: "input" }),
});
