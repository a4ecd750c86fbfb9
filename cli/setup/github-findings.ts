/** What only GitHub knows of a repository's set-up: its secrets, its runners. Reads, and leaves nothing behind. */
import { z } from "zod";
import type { SetupFinding } from "./caller-findings.ts";

export interface GitHubAccess {
  readonly apiUrl: string;
  readonly repository: string;
  readonly token: string;
}

const Secrets = z.object({ secrets: z.array(z.object({ name: z.string() })) });
const PER_PAGE = 100;

/** Secrets that a workflow hands on and the repository does not have: an empty key fails late and oddly. */
export async function secretFindings(
  access: GitHubAccess,
  file: string,
  named: readonly string[],
): Promise<SetupFinding[]> {
  const wanted = named.filter((name) => name !== "GITHUB_TOKEN");
  if (wanted.length === 0) return [];
  const had = await secretNames(access);
  if (typeof had === "string") return [unknown(file, had)];
  return wanted
    .filter((name) => !had.has(name.toUpperCase()))
    .map((name) => ({
      code: "SECRET_ABSENT",
      severity: "error",
      file,
      title: `the repository has no secret ${name}`,
      advice: `add it: Settings, Secrets and variables, Actions; or \`gh secret set ${name}\``,
    }));
}

async function secretNames({ apiUrl, repository, token }: GitHubAccess): Promise<Set<string> | string> {
  const names = new Set<string>();
  for (const level of ["secrets", "organization-secrets"]) {
    const url = `${apiUrl}/repos/${repository}/actions/${level}?per_page=${PER_PAGE}`;
    const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
    try {
      const answer = await fetch(url, { headers });
      if (!answer.ok) {
        if (level !== "secrets") continue;
        return `GitHub answers ${answer.status}; the token needs to read the repository's secrets' names`;
      }
      for (const { name } of Secrets.parse(await answer.json()).secrets) names.add(name.toUpperCase());
    } catch (error) {
      return `GitHub gave no answer that can be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return names;
}

const unknown = (file: string, why: string): SetupFinding => ({
  code: "SECRETS_UNKNOWN",
  severity: "info",
  file,
  title: `whether its secrets exist is not known: ${why}`,
  advice: "run doctor with GITHUB_TOKEN set to a token of somebody who administers the repository",
});
