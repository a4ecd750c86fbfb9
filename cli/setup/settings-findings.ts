/** What a repository's settings let its workflows do: the action taken, a token that may write, workflows that are on. */
import { z } from "zod";
import type { SetupFinding } from "./caller-findings.ts";
import { type GitHubAccess, readSetting } from "./github-findings.ts";

const Allowed = z.object({
  enabled: z.boolean(),
  allowed_actions: z.enum(["all", "local_only", "selected"]).optional(),
  sha_pinning_required: z.boolean().optional(),
});
const Selected = z.object({
  github_owned_allowed: z.boolean().optional(),
  verified_allowed: z.boolean().optional(),
  patterns_allowed: z.array(z.string()).optional(),
});

const ASK = "run doctor with GITHUB_TOKEN set to a token of somebody who administers the repository";
const WHERE = "Settings, Actions, General";

/** `action`: OWNER/NAME@REF that the workflow runs. */
export async function settingsFindings(
  access: GitHubAccess,
  file: string,
  action: string | null,
): Promise<SetupFinding[]> {
  const reached = action === null ? [] : await reachedFindings(access, file, action);
  return [...serverFindings(access, file), ...reached, ...(await allowedFindings(access, file, action))];
}

/** By the address of its API, which github.com and its data-residency sites do not have. */
function serverFindings({ apiUrl }: GitHubAccess, file: string): SetupFinding[] {
  if (!/\/api\/v3\/?$/.test(apiUrl)) return [];
  const title =
    "this is a GitHub Enterprise Server, where runs were never tried: its artifacts are of another kind than actions/upload-artifact in the action";
  const advice =
    "docs/shapes.md says what is known; a copy of the action with the server's own release of actions/upload-artifact is needed";
  return [{ code: "SERVER_UNTRIED", severity: "warning", file, title, advice }];
}

const Commit = z.object({ sha: z.string() });

/** A repository that is private to somebody else, or a tag that nobody made, fails every job in its first second. */
async function reachedFindings(
  { apiUrl, token }: GitHubAccess,
  file: string,
  action: string,
): Promise<SetupFinding[]> {
  const [, repository = "", ref = ""] = /^([\w.-]+\/[\w.-]+)(?:\/[^@]*)?@(.+)$/.exec(action) ?? [];
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
  try {
    const answer = await fetch(`${apiUrl}/repos/${repository}/commits/${encodeURIComponent(ref)}`, {
      headers,
    });
    if (answer.ok && Commit.safeParse(await answer.json()).success) return [];
    if (answer.status !== 404 && answer.status !== 422) return [];
    const title = `there is no ${repository} at ${ref} that this token can see: no job finds the action`;
    const advice =
      "attractor init --upgrade --action OWNER/NAME@REF; a private action must let this repository use it (its Settings, Actions, Access)";
    return [{ code: "ACTION_NOT_FOUND", severity: "error", file, title, advice }];
  } catch {
    // Whether GitHub answers at all the other questions tell.
    return [];
  }
}

async function allowedFindings(
  access: GitHubAccess,
  file: string,
  action: string | null,
): Promise<SetupFinding[]> {
  const found = await readSetting(access, "permissions", Allowed);
  if (typeof found === "string") {
    const title = `which actions may run here is not known: ${found}`;
    return [{ code: "SETTINGS_UNKNOWN", severity: "info", file, title, advice: ASK }];
  }
  const wrong = (code: string, title: string, advice: string): SetupFinding => ({
    ...{ code, severity: "error", file, title, advice },
  });
  if (!found.enabled)
    return [wrong("ACTIONS_OFF", "Actions are switched off in this repository", `${WHERE}: allow them`)];
  if (action === null) return [];
  const findings: SetupFinding[] = [];
  if (found.sha_pinning_required === true && !/@[0-9a-f]{40}$/.test(action))
    findings.push(
      wrong(
        "ACTION_NOT_PINNED",
        `actions must be named by their commit here, and ${action} is not`,
        "attractor init --upgrade --action OWNER/NAME@COMMIT",
      ),
    );
  if (found.allowed_actions === "local_only")
    findings.push(
      wrong(
        "ACTION_NOT_ALLOWED",
        "only actions of this repository may run here",
        `${WHERE}: allow ${action}`,
      ),
    );
  if (found.allowed_actions === "selected") findings.push(...(await selectedFindings(access, file, action)));
  return findings;
}

async function selectedFindings(access: GitHubAccess, file: string, action: string): Promise<SetupFinding[]> {
  const selected = await readSetting(access, "permissions/selected-actions", Selected);
  if (typeof selected === "string") return [];
  const patterns = selected.patterns_allowed ?? [];
  const needed = [action, ...(selected.github_owned_allowed === true ? [] : ["actions/upload-artifact@*"])];
  const missing = needed.filter((name) => !patterns.some((pattern) => fits(pattern, name)));
  if (missing.length === 0) return [];
  return [
    {
      code: "ACTION_NOT_ALLOWED",
      severity: "error",
      file,
      title: `only selected actions may run here, and ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} none of them: every job would fail before its first step`,
      advice: `${WHERE}, "Allow specified actions": add ${missing.map((name) => name.replace(/@.*$/, "@*")).join(", ")}`,
    },
  ];
}

/** `*` in a pattern stands for anything; a name that ends in `@*` asks for any version. */
function fits(pattern: string, name: string): boolean {
  const text = pattern
    .trim()
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*");
  return new RegExp(`^${text}$`, "i").test(name.replace(/@\*$/, "@v0"));
}
