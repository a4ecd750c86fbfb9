/** A laptop with things worth stealing: a home with keys, a repository with a run's worktree, a driver with a socket. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished, vi } from "vitest";
import { openWorkRepo } from "../../../engine/git/work-repo.ts";
import { createRunWorktree } from "../../../engine/git/worktree.ts";
import { agent, type Scene, scene } from "../../stages/scene.ts";

/** Not below the temp folder, which a private one hides anyway. */
const BASE = resolve(import.meta.dirname, "../../../.attractor");

export interface Laptop {
  readonly at: Scene;
  readonly home: string;
  readonly repo: string;
  readonly tree: string;
  /** Of somebody else on the machine. */
  readonly socket: string;
}

export const SECRET = "worth-stealing-8d1f";
const KEYS = [
  ".ssh/id_ed25519",
  ".aws/credentials",
  ".npmrc",
  ".cargo/credentials.toml",
  ".claude/.credentials.json",
];

export async function laptop(attrs = ""): Promise<Laptop> {
  mkdirSync(BASE, { recursive: true });
  const root = realpathSync(mkdtempSync(join(BASE, "laptop-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, text: string): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return join(root, path);
  };
  for (const key of KEYS) put(`home/${key}`, SECRET);
  put("home/.cache/it/kept", "before");
  put("home/.profile", "before");
  put("home/.gemini/settings.json", "{}");
  const repo = join(root, "repo");
  put("repo/src/code.txt", "before");
  put("repo/.gitignore", ".env\n.attractor\n");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: repo });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-qm", "first");
  put("repo/.env", SECRET);
  put("run/sessions/one.json", SECRET);
  put("run/progress.ndjson", "before\n");
  const stageDir = join(root, "run/it/v1-a1");
  mkdirSync(stageDir, { recursive: true });
  const { path } = await createRunWorktree(
    await openWorkRepo(repo),
    join(root, "run/worktree"),
    "attractor/run/RUN1",
  );
  vi.stubEnv("HOME", join(root, "home"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const places = { worktree: path, logsRoot: join(root, "run"), stageDir };
  const made = scene(agent(attrs), places);
  return {
    at: { ...made, ...places },
    ...{ home: join(root, "home"), repo, tree: path },
    socket: await listening(),
  };
}

/** Answers whoever comes. */
async function listening(): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "socket-")));
  const server = createServer((client) => client.end(SECRET));
  await new Promise<void>((ready) => server.listen(join(folder, "s"), ready));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return join(folder, "s");
}
