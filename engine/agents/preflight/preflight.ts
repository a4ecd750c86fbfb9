/** What can be known, for nothing, before a run begins (R-PRE-1, R-PRE-6). All problems at once. */

import type { Config } from "../../config/schema.ts";
import { asksModel } from "../../graph/asks-model.ts";
import type { Pipeline, Stage } from "../../graph/pipeline.ts";
import { type Confinement, confinements, notConfined } from "../confinement.ts";
import { unusableSchema } from "../response-schema.ts";
import { settingsOf } from "../settings.ts";
import { declaration } from "./declare.ts";
import type { Machine } from "./machine.ts";
import { checkModel, checkSettings } from "./models.ts";
import { checkPrompts } from "./prompts.ts";
import { checkProvider } from "./providers.ts";
import { type Reachable, reachable } from "./reachable.ts";
import { failed, type PreflightCheck, type PreflightReport, summaryOf } from "./report.ts";
import { checkScripts, type Files } from "./scripts.ts";

export interface Preflight {
  readonly pipeline: Pipeline;
  readonly config: Config;
  readonly machine: Machine;
  readonly allowTestShim: boolean;
  /** A run without models needs none of it. */
  readonly simulated: boolean;
  /** Handlers of the library that take over whole kinds of stages. */
  readonly handled?: ReadonlySet<string>;
  /** What stands where stages will work; without it scripts are not looked for. */
  readonly files?: Files;
  /** What is known to be wrong already: with the inputs, with the answers. */
  readonly found?: readonly PreflightCheck[];
  readonly now: () => Date;
  /** Ask the models too, which is paid for, where nothing else is wrong. */
  readonly probe?: boolean;
}

export async function preflight(given: Preflight): Promise<PreflightReport> {
  const generated = given.now();
  const free = unique([...(given.found ?? []), ...(given.simulated ? [] : await checksOf(given))]);
  return preflightReport(given, generated, [...free, ...(await probed(given, free))]);
}

async function probed(given: Preflight, free: readonly PreflightCheck[]): Promise<PreflightCheck[]> {
  if (given.probe !== true || given.simulated || summaryOf(free).fail > 0) return [];
  const { reached } = reachable(askingStages(given), given.pipeline, given.config);
  return (await import("./probes.ts")).probeModels(reached, given.pipeline, given.config, given.machine.env);
}

export function preflightReport(
  {
    config,
    simulated,
    allowTestShim,
    now,
  }: Pick<Preflight, "config" | "simulated" | "allowTestShim" | "now">,
  generated: Date,
  checks: readonly PreflightCheck[],
): PreflightReport {
  return {
    generated_at: generated.toISOString(),
    completed_at: now().toISOString(),
    cli_profile: config.llm.cli_profile,
    allow_test_shim: allowTestShim,
    simulated,
    checks,
    summary: summaryOf(checks),
  };
}

async function checksOf({ files, ...given }: Preflight): Promise<PreflightCheck[]> {
  const scripts = files === undefined ? [] : checkScripts(given.pipeline, files);
  return [...scripts, ...(await modelChecks(given))];
}

const askingStages = ({ pipeline, handled }: Preflight) =>
  [...pipeline.stages.values()].filter((stage) => asksModel(stage) && !handled?.has(stage.handler));

async function modelChecks(given: Preflight): Promise<PreflightCheck[]> {
  const { pipeline, config, machine, allowTestShim } = given;
  const stages = askingStages(given);
  if (stages.length === 0) return [];
  const found = reachable(stages, pipeline, config);
  const names = [...new Set(found.reached.map(({ target }) => target.provider))];
  const providers = names.map((name) => {
    const needed = found.reached.some((one) => one.target.provider === name && one.needed);
    return checkProvider({ name, needed, allowTestShim }, config, machine);
  });
  const checks = [
    ...undeclared(found),
    ...namesInConfig(names, config),
    ...(await Promise.all(providers)).flat(),
    ...found.reached.flatMap((reached) => checkModel(reached, config)),
    ...stages.flatMap((stage) => {
      const of = found.reached.filter(({ nodes }) => nodes.includes(stage.id));
      return [
        ...of.flatMap((one) => checkSettings(stage, one, config)),
        ...checkPrompts(stage, pipeline, of, config),
      ];
    }),
  ];
  return [...checks, ...(await schemaChecks(stages)), ...(await sandboxChecks(names, config, machine))];
}

/** What no answer could be held against. */
async function schemaChecks(stages: readonly Stage[]): Promise<PreflightCheck[]> {
  const bound = stages.flatMap((stage) => {
    const schema = settingsOf(stage).responseSchema?.schema;
    return schema === undefined ? [] : [{ node: stage.id, schema }];
  });
  if (bound.length === 0) return [];
  const { checkFor } = await import("../check-answer.ts");
  const problems = bound.flatMap(({ node, schema }) => {
    const check = checkFor(schema);
    return typeof check === "string" ? [unusableSchema(node, check)] : [];
  });
  return failed("provider_model_settings", problems);
}

function undeclared({ problems }: Reachable): PreflightCheck[] {
  return problems.map(({ provider, problem }) => {
    const name = /add llm\.providers\.([\w-]+)/.exec(problem)?.[1] ?? null;
    const fix = problem.includes("declares none under llm.providers")
      ? `; for instance ${declaration("anthropic")}`
      : name === null
        ? ""
        : `; ${declaration(name)}`;
    return {
      name: "provider_api_presence",
      provider: name ?? provider,
      status: "fail",
      message: `${problem}${fix}`,
    };
  });
}

/** Providers that the configuration itself names and does not declare. */
function namesInConfig(used: readonly string[], { llm }: Config): PreflightCheck[] {
  const declared = new Set(Object.keys(llm.providers));
  const fail = (provider: string, message: string): PreflightCheck => ({
    name: "provider_api_presence",
    provider,
    status: "fail",
    message: `${message}, which is not declared: take it out, or ${declaration(provider)}`,
  });
  return [
    ...used.flatMap((name) =>
      (llm.providers[name]?.failover ?? [])
        .filter((other) => !declared.has(other))
        .map((other) => fail(other, `llm.providers.${name}.failover names ${other}`)),
    ),
    ...Object.keys(llm.force_models)
      .filter((name) => !declared.has(name))
      .map((name) => fail(name, `llm.force_models names ${name}`)),
  ];
}

async function sandboxChecks(
  used: readonly string[],
  config: Config,
  machine: Machine,
): Promise<PreflightCheck[]> {
  const { sandbox, egress, llm } = config;
  const check = (status: PreflightCheck["status"], message: string): PreflightCheck => ({
    name: "sandbox",
    provider: "",
    status,
    message,
  });
  if (sandbox === "off") return egress === undefined ? [] : [check("fail", NOBODY_KEEPS)];
  const strict = sandbox === "required" || egress !== undefined;
  const mine = used.filter((name) => strict || llm.providers[name]!.backend !== "command");
  if (mine.length === 0) return [];
  const found = await confinements(mine, config, machine);
  const bare = notConfined(found);
  if (bare.length === 0) return [check("pass", `agents' commands are confined: ${named(found)}`)];
  return sandbox === "auto"
    ? bare.map((message) => check("warn", message))
    : bare.map((message) => check("fail", `sandbox is required and ${message}; ${FIX}`));
}

const NOBODY_KEEPS =
  "egress lists hosts, and with sandbox: off nobody keeps to them: write sandbox: auto or required, or take egress out";
const FIX =
  "install bubblewrap and let it make user namespaces (on GitHub the action does both on hosted Ubuntu), or write sandbox: auto";

const named = (found: readonly Confinement[]): string =>
  found.map(({ provider, by }) => `${provider} by ${by}`).join(", ");

function unique(checks: readonly PreflightCheck[]): PreflightCheck[] {
  const seen = new Set<string>();
  return checks.filter((check) => {
    const key = JSON.stringify(check);
    return !seen.has(key) && seen.add(key);
  });
}
