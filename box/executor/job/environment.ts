/** The environment of a step's process, from the host's bare minimum up to GITHUB_* and RUNNER_*, which always win. */
import { arch, platform } from "node:os";
import { delimiter } from "node:path";
import type { Plain, PlainObject } from "../expressions/data.ts";

/** Of the `github` context these become GITHUB_<NAME>; the token is not among them. */
const EXPOSED = [
  "action",
  "action_path",
  "action_ref",
  "action_repository",
  "actor",
  "actor_id",
  "api_url",
  "base_ref",
  "env",
  "event_name",
  "event_path",
  "graphql_url",
  "head_ref",
  "job",
  "output",
  "path",
  "ref",
  "ref_name",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "retention_days",
  "run_attempt",
  "run_id",
  "run_number",
  "server_url",
  "sha",
  "state",
  "step_summary",
  "triggering_actor",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "workspace",
] as const;

const OS: Readonly<Record<string, string>> = { linux: "Linux", darwin: "macOS", win32: "Windows" };
const ARCH: Readonly<Record<string, string>> = { x64: "X64", arm64: "ARM64", ia32: "X86", arm: "ARM" };

export const runnerContext = (name: string, temp: string, tools: string, work: string): PlainObject => ({
  name,
  os: OS[platform()] ?? platform(),
  arch: ARCH[arch()] ?? arch(),
  temp,
  tool_cache: tools,
  environment: "github-hosted",
  workspace: work,
});

export interface EnvironmentParts {
  readonly home: string;
  readonly hostPath: string;
  readonly trackingId: string;
  /** What `env:` and GITHUB_ENV made of it. */
  readonly env: ReadonlyMap<string, string>;
  /** GITHUB_PATH, in the order of the calls. */
  readonly prependPath: readonly string[];
  readonly github: PlainObject;
  readonly runner: PlainObject;
  readonly extra: Readonly<Record<string, string>>;
}

const text = (value: Plain | undefined): string =>
  value === true ? "true" : value === false ? "false" : String(value ?? "");

export function environmentOf(parts: EnvironmentParts): Record<string, string> {
  const env: Record<string, string> = Object.create(null);
  Object.assign(env, { HOME: parts.home, LANG: "C.UTF-8", PATH: parts.hostPath, CI: "true" });
  for (const [name, value] of parts.env) env[name] = value;
  if (parts.prependPath.length > 0) {
    env.PATH = [...parts.prependPath]
      .reverse()
      .concat(env.PATH ?? "")
      .join(delimiter);
  }
  for (const name of EXPOSED) {
    const value = parts.github[name];
    if (value !== undefined && value !== null) env[`GITHUB_${name.toUpperCase()}`] = text(value);
  }
  for (const [name, value] of Object.entries(parts.runner)) env[`RUNNER_${name.toUpperCase()}`] = text(value);
  return { ...env, GITHUB_ACTIONS: "true", RUNNER_TRACKING_ID: parts.trackingId, ...parts.extra };
}
