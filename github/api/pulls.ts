/** Pull requests as the publishing of work needs them. */

import { z } from "zod";
import { FixableError } from "../../engine/fixable-error.ts";
import { statusOf } from "../ledger/git-data.ts";
import type { GitHub } from "./request.ts";

const Pull = z.object({ number: z.number() });

export interface Pulls {
  /** The newest one from a branch of the repository, open or not. */
  from(branch: string): Promise<number | null>;
  open(pull: {
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
  }): Promise<number>;
}

const OR_A_TOKEN =
  "or name a secret with a token of yours in jobs.pull_request_token (in a job of your own: the input pull-request-token)";
const GRANT = `give the job \`pull-requests: write\`, ${OR_A_TOKEN}`;
/** Off in new repositories, and an organization can keep it off. */
const ALLOW = `Settings, Actions, General, Workflow permissions: "Allow GitHub Actions to create and approve pull requests"; ${OR_A_TOKEN}`;

/** Raised when the token may not read or open pull requests, or the repository keeps workflows from opening them. */
export class PullsRefusedError extends FixableError {
  override readonly name = "PullsRefusedError";
  constructor(message: string) {
    super(message, /not permitted to create/.test(message) ? ALLOW : GRANT);
  }
}

export function pullsOf(github: GitHub): Pulls {
  const asked = async (what: string, route: string, parameters: Record<string, unknown>) => {
    try {
      return (await github.request(route, parameters)).data;
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
      throw new PullsRefusedError(`${what} is refused: ${error instanceof Error ? error.message : error}`);
    }
  };
  return {
    async from(branch) {
      const data = await asked("looking for the pull request", "GET /repos/{owner}/{repo}/pulls", {
        head: `${github.owner}:${branch}`,
        state: "all",
        per_page: 1,
      });
      return z.array(Pull).parse(data)[0]?.number ?? null;
    },
    async open(pull) {
      const data = await asked("opening a pull request", "POST /repos/{owner}/{repo}/pulls", {
        ...pull,
        request: { retries: 0 },
      });
      return Pull.parse(data).number;
    },
  };
}
