/** The app's own access to a repository, where its key is at hand. */
import { App, Octokit } from "octokit";
import { z } from "zod";
import type { Probe } from "../../action/probe/report.ts";
import { registration } from "../../app/registration.ts";
import { messageOf } from "../../engine/message-of.ts";
import { type GitHub, gitHub } from "../../github/api/request.ts";
import { appKey } from "../app-environment.ts";

export interface AppAccess {
  /** Null: it has none. */
  readonly github: GitHub | null;
  /** Whether it was granted what it asks for. */
  readonly granted: Probe;
}

const Installation = z.object({ id: z.number(), permissions: z.record(z.string(), z.string()) });

/** Null: the environment names no app. */
export async function appAccess(apiUrl: string, repository: string): Promise<AppAccess | null> {
  if (process.env.APP_ID === undefined) return null;
  try {
    return await installed(apiUrl, repository);
  } catch (error) {
    const said = `it has no access: ${messageOf(error)}`;
    return { github: null, granted: { name: "permissions", ok: false, said } };
  }
}

async function installed(apiUrl: string, repository: string): Promise<AppAccess> {
  const known = appKey(process.env);
  const app = new App({
    appId: known.id,
    privateKey: known.key,
    Octokit: Octokit.defaults({ baseUrl: apiUrl, retry: { enabled: false }, throttle: { enabled: false } }),
  });
  const { data } = await gitHub(app.octokit, repository).request("GET /repos/{owner}/{repo}/installation");
  const { id, permissions } = Installation.parse(data);
  const lacking = Object.entries(registration().default_permissions)
    .filter(([name, level]) => !(permissions[name] === "write" || permissions[name] === level))
    .map(([name, level]) => `${name}: ${level}`);
  return {
    github: gitHub(await app.getInstallationOctokit(id), repository),
    granted: {
      name: "permissions",
      ok: lacking.length === 0,
      said:
        lacking.length === 0
          ? "it was granted all that it asks for"
          : `it was not granted ${lacking.join(", ")}: accept that on the installation's page`,
    },
  };
}
