/** What only GitHub knows of a repository's set-up: its secrets, its runners. Reads, and leaves nothing behind. */
import { z } from "zod";
import type { SetupFinding } from "./caller-findings.ts";
import { messageOf } from "./message-of.ts";

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

const Runners = z.object({
  runners: z.array(z.object({ status: z.string(), labels: z.array(z.object({ name: z.string() })) })),
});

/** A job that no runner takes waits for a day and is cancelled then. */
export async function runnerFindings(
  access: GitHubAccess,
  file: string,
  labels: readonly string[],
): Promise<SetupFinding[]> {
  if (labels.length === 0) return [];
  const asked = await read(access, "runners", Runners, "the token needs to administer the repository");
  if (typeof asked === "string") {
    const title = `whether a runner carries ${labels.join(", ")} is not known: ${asked}`;
    return [{ code: "RUNNERS_UNKNOWN", severity: "info", file, title, advice: ASK_AS_ADMIN }];
  }
  return labels.flatMap((label): SetupFinding[] => {
    const mine = asked.runners.filter((one) =>
      one.labels.some(({ name }) => name.toLowerCase() === label.toLowerCase()),
    );
    if (mine.some(({ status }) => status === "online")) return [];
    const title =
      mine.length > 0
        ? `every runner of the repository that carries ${JSON.stringify(label)} is offline`
        : `no runner of the repository carries ${JSON.stringify(label)}`;
    const advice =
      "start one, or change runs-on; when it is a runner of the organization, which is not seen from here, try --live";
    return [{ code: "RUNNER_ABSENT", severity: "warning", file, title, advice }];
  });
}

async function secretNames(access: GitHubAccess): Promise<Set<string> | string> {
  const own = await read(
    access,
    "secrets",
    Secrets,
    "the token needs to read the repository's secrets' names",
  );
  if (typeof own === "string") return own;
  // Who may not see those of the organization may still see the repository's.
  const shared = await read(access, "organization-secrets", Secrets, "");
  const all = [...own.secrets, ...(typeof shared === "string" ? [] : shared.secrets)];
  return new Set(all.map(({ name }) => name.toUpperCase()));
}

/** A setting of the repository's Actions. */
export const readSetting = <T>(
  access: GitHubAccess,
  what: string,
  schema: z.ZodType<T>,
): Promise<T | string> => read(access, what, schema, "the token needs to administer the repository");

/** What GitHub answers, or why it gives no answer. */
async function read<T>(
  { apiUrl, repository, token }: GitHubAccess,
  what: string,
  schema: z.ZodType<T>,
  needs: string,
): Promise<T | string> {
  const url = `${apiUrl}/repos/${repository}/actions/${what}?per_page=${PER_PAGE}`;
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
  try {
    const answer = await fetch(url, { headers });
    if (!answer.ok) return `GitHub answers ${answer.status}; ${needs}`;
    return schema.parse(await answer.json());
  } catch (error) {
    return `GitHub gave no answer that can be read: ${messageOf(error)}`;
  }
}

const ASK_AS_ADMIN = "run doctor with GITHUB_TOKEN set to a token of somebody who administers the repository";

const unknown = (file: string, why: string): SetupFinding => ({
  code: "SECRETS_UNKNOWN",
  severity: "info",
  file,
  title: `whether its secrets exist is not known: ${why}`,
  advice: ASK_AS_ADMIN,
});
