import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { getBooleanInput, getInput, group, saveState, setFailed, setOutput, setSecret } from "@actions/core";
import { z } from "zod";

interface Target {
  readonly ref: string;
  readonly commit: string;
}

const environment = z.object({
  GITHUB_WORKSPACE: z.string(),
  GITHUB_SERVER_URL: z.url(),
  GITHUB_REPOSITORY: z.string(),
  GITHUB_REF: z.string(),
  GITHUB_SHA: z.string(),
  GITHUB_EVENT_NAME: z.string(),
  GITHUB_EVENT_PATH: z.string(),
  RUNNER_TEMP: z.string(),
});
type Environment = z.infer<typeof environment>;

const isSha = (text: string): boolean => /^[0-9a-f]{40}$/i.test(text);

/** Without `ref:` the own repository is checked out at the event's commit, another one at its default branch. */
function targetOf(env: Environment, repository: string): Target {
  const ref = getInput("ref");
  if (isSha(ref)) return { ref: "", commit: ref };
  if (ref !== "") return { ref, commit: "" };
  if (repository.toLowerCase() !== env.GITHUB_REPOSITORY.toLowerCase()) return { ref: "HEAD", commit: "" };
  return { ref: env.GITHUB_REF, commit: env.GITHUB_SHA };
}

/** Since v7: with the base repository's secrets at hand, code of a fork's pull request is not checked out. */
function refuseForkCode(env: Environment, { ref, commit }: Target): void {
  if (env.GITHUB_EVENT_NAME !== "pull_request_target" && env.GITHUB_EVENT_NAME !== "workflow_run") return;
  const event = z
    .object({ pull_request: z.object({ head: z.object({ sha: z.string() }) }).optional() })
    .parse(JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8")));
  if (ref.startsWith("refs/pull/") || (commit !== "" && commit === event.pull_request?.head.sha)) {
    throw new Error(
      `Refusing to check out fork pull request code from a '${env.GITHUB_EVENT_NAME}' workflow: it runs with the base repository's token and secrets`,
    );
  }
}

function refspecs({ ref, commit }: Target, all: boolean, tags: boolean): readonly string[] {
  if (all)
    return [
      "+refs/heads/*:refs/remotes/origin/*",
      "+refs/tags/*:refs/tags/*",
      ...(commit === "" ? [] : [commit]),
    ];
  const wanted = tags ? ["+refs/tags/*:refs/tags/*"] : [];
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch !== undefined) return [...wanted, `+${commit || ref}:refs/remotes/origin/${branch}`];
  if (commit !== "") return [...wanted, commit];
  if (ref.startsWith("refs/") || ref === "HEAD") return [...wanted, `+${ref}:refs/box/checkout`];
  return [
    ...wanted,
    `+refs/heads/${ref}*:refs/remotes/origin/${ref}*`,
    `+refs/tags/${ref}*:refs/tags/${ref}*`,
  ];
}

function checkOut(git: (...args: string[]) => string, { ref, commit }: Target): void {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  const exists = (name: string) => git("for-each-ref", "--format=%(refname)", name) !== "";
  if (branch !== undefined) git("checkout", "--force", "-B", branch, `refs/remotes/origin/${branch}`);
  else if (commit !== "") git("checkout", "--force", "--detach", commit);
  else if (exists("refs/box/checkout")) git("checkout", "--force", "--detach", "refs/box/checkout");
  else if (exists(`refs/remotes/origin/${ref}`))
    git("checkout", "--force", "-B", ref, `refs/remotes/origin/${ref}`);
  else if (exists(`refs/tags/${ref}`)) git("checkout", "--force", "--detach", `refs/tags/${ref}`);
  else throw new Error(`A branch or tag with the name '${ref}' could not be found`);
}

/** The token stands in a file of its own that the checkout's config includes, as since v6. */
function writeCredentials(env: Environment): string {
  const basic = Buffer.from(`x-access-token:${getInput("token")}`).toString("base64");
  setSecret(basic);
  const file = join(env.RUNNER_TEMP, `git-credentials-${randomUUID()}.config`);
  const { origin } = new URL(env.GITHUB_SERVER_URL);
  writeFileSync(file, `[http "${origin}/"]\n\textraheader = AUTHORIZATION: basic ${basic}\n`, {
    mode: 0o600,
  });
  return file;
}

async function main(): Promise<void> {
  const env = environment.parse(process.env);
  const repository = getInput("repository");
  const folder = resolve(env.GITHUB_WORKSPACE, getInput("path"));
  if (folder !== env.GITHUB_WORKSPACE && !folder.startsWith(env.GITHUB_WORKSPACE + sep)) {
    throw new Error(`Repository path '${folder}' is not under '${env.GITHUB_WORKSPACE}'`);
  }
  const target = targetOf(env, repository);
  refuseForkCode(env, target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    }).trim();
  git("init", "-q");
  git("remote", "add", "origin", `${env.GITHUB_SERVER_URL}/${repository}`);
  const credentials = writeCredentials(env);
  const include = `includeIf.gitdir:${join(folder, ".git")}.path`;
  git("config", "--local", include, credentials);
  saveState("include", include);
  saveState("credentials", credentials);
  saveState("folder", folder);
  const depth = Number(getInput("fetch-depth"));
  await group(`Fetching ${repository}`, async () => {
    const limits = depth > 0 ? [`--depth=${depth}`] : [];
    git(
      "fetch",
      "--no-tags",
      "--prune",
      ...limits,
      "origin",
      ...refspecs(target, depth <= 0, getBooleanInput("fetch-tags")),
    );
  });
  checkOut(git, target);
  if (!getBooleanInput("persist-credentials")) {
    git("config", "--local", "--unset-all", include);
    rmSync(credentials);
  }
  setOutput("ref", target.ref);
  setOutput("commit", git("rev-parse", "HEAD"));
}

main().catch((error: Error) => setFailed(error.message));
