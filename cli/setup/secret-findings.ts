/** Secrets that a workflow hands on and that are nowhere: an empty key fails late and oddly. */
import { z } from "zod";
import type { SetupFinding } from "./caller-findings.ts";
import { ASK_AS_ADMIN, type GitHubAccess, readOf } from "./github-findings.ts";
import type { SecretUse } from "./read-caller.ts";

const Secrets = z.object({ secrets: z.array(z.object({ name: z.string() })) });
const NEEDS = "the token needs to read the repository's secrets' names";

export async function secretFindings(
  access: GitHubAccess,
  file: string,
  uses: readonly SecretUse[],
): Promise<SetupFinding[]> {
  const wanted = uses.filter(({ name }) => name !== "GITHUB_TOKEN");
  if (wanted.length === 0) return [];
  const had = await namesIn(access, "actions/secrets");
  if (typeof had === "string") return [unknown(file, "its secrets exist", had)];
  // Who may not see those of the organization may still see the repository's.
  const shared = await namesIn(access, "actions/organization-secrets");
  const everywhere = new Set([...had, ...(typeof shared === "string" ? [] : shared)]);
  const absent = wanted.filter(({ name }) => !everywhere.has(name.toUpperCase()));
  const findings = Map.groupBy(absent, ({ environment }) => environment);
  const found: SetupFinding[] = [];
  for (const [environment, names] of findings) {
    const there = environment === null ? new Set<string>() : await namesOf(access, environment);
    if (typeof there === "string")
      found.push(unknown(file, `environment ${environment} has its secrets`, there));
    else
      found.push(
        ...names.filter(({ name }) => !there.has(name.toUpperCase())).map((one) => missing(file, one)),
      );
  }
  return found;
}

/** GitHub makes an environment that a job names and nobody made: without the rules that somebody counts on. */
export async function environmentFindings(
  access: GitHubAccess,
  file: string,
  names: readonly string[],
): Promise<SetupFinding[]> {
  const found: SetupFinding[] = [];
  for (const name of names) {
    const at = await readOf(access, `environments/${encodeURIComponent(name)}`, z.looseObject({}), "");
    if (typeof at !== "string" || !at.includes("404")) continue;
    const title = `the repository has no environment ${name}: the first job makes one without secrets, reviewers or other rules`;
    const advice =
      "make it first: Settings, Environments; a private repository on a free plan cannot have one: leave jobs.environment out";
    found.push({ code: "ENVIRONMENT_ABSENT", severity: "warning", file, title, advice });
  }
  return found;
}

const namesOf = (access: GitHubAccess, environment: string): Promise<Set<string> | string> =>
  namesIn(access, `environments/${encodeURIComponent(environment)}/secrets`);

async function namesIn(access: GitHubAccess, where: string): Promise<Set<string> | string> {
  const read = await readOf(access, where, Secrets, NEEDS);
  if (typeof read !== "string") return new Set(read.secrets.map(({ name }) => name.toUpperCase()));
  // No such environment has none.
  return read.includes("404") && where.startsWith("environments/") ? new Set() : read;
}

function missing(file: string, { name, environment }: SecretUse): SetupFinding {
  const [where, more] =
    environment === null ? ["", ""] : [` or its environment ${environment}`, ` --env ${environment}`];
  return {
    code: "SECRET_ABSENT",
    severity: "error",
    file,
    title: `the repository${where} has no secret ${name}`,
    advice: `add it: Settings, Secrets and variables, Actions; or \`gh secret set ${name}${more}\``,
  };
}

const unknown = (file: string, what: string, why: string): SetupFinding => ({
  code: "SECRETS_UNKNOWN",
  severity: "info",
  file,
  title: `whether ${what} is not known: ${why}`,
  advice: ASK_AS_ADMIN,
});
