/** A repository behind real git over HTTP, with faults on the way when a test asks for them. */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type GitFault, type GitRequest, startGitHttp } from "../../box/git-http.ts";
import { type BareRepo, openBareRepo } from "../../engine/git/bare-repo.ts";

const exec = promisify(execFile);

export const TOKEN = "ghs_0123456789abcdefTOKEN";

/** Plain git for arranging and looking, free of this machine's configuration. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...{ GIT_AUTHOR_NAME: "t", GIT_AUTHOR_EMAIL: "t@t", GIT_COMMITTER_NAME: "t", GIT_COMMITTER_EMAIL: "t@t" },
  };
  const { stdout } = await exec("git", ["-c", "init.defaultBranch=main", ...args], { cwd, env });
  return stdout.trim();
}

export interface GitWorld {
  readonly url: string;
  /** The bare repository on the server's disk. */
  readonly server: string;
  readonly requests: GitRequest[];
  /** Bytes over the line so far, from clients and to them. */
  readonly traffic: { up: number; down: number };
  /** Decides for each request what goes wrong with it. */
  fault: (request: GitRequest) => GitFault | null | Promise<GitFault | null>;
  /** Another machine: a driver's own bare repository. */
  machine(): Promise<BareRepo>;
  folder(name: string): Promise<string>;
  /** All its folders as they are now, for another one to begin with. */
  copy(): Promise<string>;
  /** A server-side hook that says no to pushes of refs that match, in its own words. */
  refuse(pattern: string, words: string): Promise<void>;
  close(): Promise<void>;
}

/** `begun`: the folders of another one, which this one goes on with. */
export async function gitWorld(begun: string | null = null): Promise<GitWorld> {
  const root = await mkdtemp(join(tmpdir(), "git-world-"));
  const server = join(root, "srv", "o", "r.git");
  if (begun !== null) await cp(begun, root, { recursive: true });
  else {
    await mkdir(join(server, "hooks"), { recursive: true });
    await git(server, "init", "--quiet", "--bare", "--template=", ".");
  }
  let machines = 0;
  const http = await startGitHttp({
    root: join(root, "srv"),
    authorize: (request) => {
      if (request.token === null) return 401;
      world.requests.push(request);
      return request.token === TOKEN;
    },
    fault: (request) => world.fault(request),
    traffic: (_request, { up, down }) => {
      world.traffic.up += up;
      world.traffic.down += down;
    },
  });
  const folder = async (name: string): Promise<string> => {
    const path = join(root, name);
    await mkdir(path, { recursive: true });
    return path;
  };
  const world: GitWorld = {
    url: `${http.url}/o/r.git`,
    server,
    requests: [],
    traffic: { up: 0, down: 0 },
    fault: () => null,
    folder,
    copy: async () => {
      const copied = await mkdtemp(join(tmpdir(), "git-world-begun-"));
      process.once("exit", () => rmSync(copied, { recursive: true, force: true }));
      await cp(root, copied, { recursive: true });
      return copied;
    },
    machine: async () =>
      openBareRepo(await folder(`machine-${machines++}`), { url: world.url, token: () => TOKEN }),
    refuse: async (pattern, words) => {
      const hook = `#!/bin/sh\nwhile read old new ref; do case "$ref" in ${pattern}) echo '${words}' >&2; exit 1;; esac; done\n`;
      await writeFile(join(server, "hooks", "pre-receive"), hook, { mode: 0o755 });
    },
    close: async () => {
      await http.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return world;
}
