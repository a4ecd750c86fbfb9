/** The configuration that a run began with, from the commit that it pinned. */

import type { Config } from "../../engine/config/schema.ts";
import type { BodyOf } from "../../engine/core/events.ts";
import { pinnedConfig } from "../../github/graph-source.ts";
import type { JobPorts } from "../ports.ts";

export const configOf = (
  { job, inputs, remote }: Pick<JobPorts, "job" | "inputs" | "remote">,
  { github }: Pick<BodyOf<"run_started">, "github">,
): Promise<Config> =>
  pinnedConfig(github?.config_path ?? inputs.config, (path) =>
    remote.readFile(github?.graph_sha ?? job.sha, path),
  );
