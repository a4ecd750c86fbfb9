/** What holds when the configuration says nothing. Beside the schema, because most of a job needs no schema to know it; a test holds the two together. */
import type { Config } from "./schema.ts";

export const defaultConfig = (): Config => ({
  version: 1,
  llm: { cli_profile: "real", force_models: {}, instructions: "base", providers: {} },
  runtime_policy: {
    stage_timeout_ms: 0,
    stall_timeout_ms: 1_800_000,
    stall_check_interval_ms: 5000,
    heartbeat_interval_ms: 10_000,
    max_llm_retries: 6,
  },
  git: { require_clean: true, run_branch_prefix: "attractor/run", commit_per_node: true, publish: "branch" },
  preflight: {
    prompt_probes: {
      enabled: false,
      transports: ["stream", "complete"],
      max_usd: 0.25,
      timeout_ms: 30_000,
    },
  },
  budget: { usd: null, tokens: null, minutes: null, attempts: null, jobs: null, on_unknown: "block" },
  sandbox: "auto",
  pass_env: [],
});
