/** One repository through any Octokit: owner and name are filled in. */
export interface GitHub {
  readonly owner: string;
  readonly repo: string;
  request(
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<{
    readonly status: number;
    readonly data: unknown;
    readonly headers?: Readonly<Record<string, unknown>>;
  }>;
}

interface AnyOctokit {
  request(route: string, parameters?: Record<string, unknown>): Promise<{ status: number; data: unknown }>;
}

export function gitHub(octokit: AnyOctokit, repository: string): GitHub {
  const [owner = "", repo = ""] = repository.split("/");
  return {
    owner,
    repo,
    request: (route, parameters = {}) => octokit.request(route, { owner, repo, ...parameters }),
  };
}

/** The same, each call given up after that time. */
export const timed = (github: GitHub, ms: number): GitHub => ({
  ...github,
  request: (route, parameters = {}) =>
    github.request(route, {
      ...parameters,
      request: { ...(parameters.request as object | undefined), signal: AbortSignal.timeout(ms) },
    }),
});
