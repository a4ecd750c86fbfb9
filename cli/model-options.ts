/** Options about models that `run` and `preflight` share. */
import type { Config } from "../engine/config/schema.ts";
import { pairs, UsageError } from "./options.ts";

export const MODEL_OPTIONS = {
  "force-model": { type: "string", multiple: true, default: [] as string[] },
  "allow-test-shim": { type: "boolean", default: false },
} as const;

/** `--force-model P=M` over what the configuration forces. */
export function withForcedModels(config: Config, given: readonly string[]): Config {
  const forced = Object.fromEntries(pairs(given, "--force-model", "PROVIDER=MODEL"));
  for (const [provider, model] of Object.entries(forced)) {
    if (!/^[a-z0-9][a-z0-9_-]*$/.test(provider) || model === "")
      throw new UsageError(
        `--force-model takes PROVIDER=MODEL, not ${JSON.stringify(`${provider}=${model}`)}`,
      );
  }
  return { ...config, llm: { ...config.llm, force_models: { ...config.llm.force_models, ...forced } } };
}
