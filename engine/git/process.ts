/** One git process. What every call of ours has in common: no prompt, no hook, no housekeeping, messages in English. */

import { type ChildEnd, type ChildSpec, runChild } from "./child.ts";
import { gitWatch } from "./hanging-git.ts";
import { ENGINE_IDENTITY } from "./identity.ts";
import { commandAs, type WorkUser } from "./work-user.ts";

interface GitCall {
  readonly input?: string | Uint8Array;
  /** Exit codes besides 0 that are an answer and no failure. */
  readonly accept?: readonly number[];
  readonly timeoutMs?: number;
  /** Of output; more ends the process. */
  readonly maxBytes?: number;
  /** Of address space, where the system can bound it: for what works on hostile objects. */
  readonly memoryBytes?: number;
  /** The process finds it on file descriptor 3, to be read once: it stands in no argument, variable or file. */
  readonly secret?: string;
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Raised when git ends with a code that is no answer, is killed, or does not start. */
export class GitError extends Error {
  override readonly name = "GitError";
  /** null: it was killed or never ran. */
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    const ended = exitCode === null ? "did not run to its end" : `ended with code ${exitCode}`;
    super(`git ${verbOf(args)} ${ended}: ${stderr.trim().slice(0, 2000)}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export type Git = (args: readonly string[], call?: GitCall) => Promise<GitAnswer>;

const verbOf = (args: readonly string[]): string => args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? "";

/** Every commit of ours is the engine's, whoever runs it and whatever is configured. */
const IDENTITY = {
  GIT_AUTHOR_NAME: ENGINE_IDENTITY.name,
  GIT_AUTHOR_EMAIL: ENGINE_IDENTITY.email,
  GIT_COMMITTER_NAME: ENGINE_IDENTITY.name,
  GIT_COMMITTER_EMAIL: ENGINE_IDENTITY.email,
};

const NO_QUESTIONS = { GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "", GIT_EDITOR: "true", LC_ALL: "C" };

const UNDISTURBED = [
  "core.hooksPath=/dev/null",
  "gc.auto=0",
  "maintenance.auto=0",
  "core.fsmonitor=false",
  "commit.gpgSign=false",
];

/** Output beyond this is a mistake or an attack. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/** No work on a repository takes this long; a pipe that a stage put in git's place does. */
const LONGEST_MS = 30 * 60_000;

const BY_ITSELF: Runner = (args, spec) => runChild("git", args, spec);

/** In a tree that stages write, filters and merge drivers of their choice run too: with a stage's rights, and none of it stays. */
export const runnerAs =
  (user: WorkUser): Runner =>
  async (args, spec) => {
    const around = await user.enclose();
    const launched = commandAs(user, "git", args, around);
    try {
      return await runChild(launched.file, launched.args, spec);
    } finally {
      await around.end();
    }
  };

/** Its packs are looked at in pieces, so that a large repository fits too. */
const IN_PIECES = ["-c", "core.packedGitWindowSize=32m", "-c", "core.packedGitLimit=512m"];

function within(bytes: number, args: readonly string[], spec: ChildSpec): Promise<ChildEnd> {
  if (process.platform !== "linux") return runChild("git", args, spec);
  const limit = `ulimit -v ${Math.floor(bytes / 1024)} && exec git "$@"`;
  return runChild("/bin/sh", ["-c", limit, "git", ...IN_PIECES, ...args], spec);
}

type Runner = (args: readonly string[], spec: ChildSpec) => Promise<ChildEnd>;

/** A git that runs in `folder`. `env` is all that its processes get: nothing is inherited. `run`: as somebody else. */
export function gitIn(
  folder: string,
  env: NodeJS.ProcessEnv,
  config: readonly string[] = [],
  run: Runner = BY_ITSELF,
): Git {
  const given = [...UNDISTURBED, ...config].flatMap((setting) => ["-c", setting]);
  return async (args, { input, accept = [], timeoutMs, maxBytes, memoryBytes, secret } = {}) => {
    const watch = gitWatch();
    const spec: ChildSpec = {
      cwd: folder,
      env: { ...env, ...IDENTITY, ...NO_QUESTIONS },
      input: input === undefined ? null : bytes(input),
      secret: secret === undefined ? null : bytes(secret),
      timeoutMs: timeoutMs ?? LONGEST_MS,
      signal: watch?.signal,
      maxBytes: maxBytes ?? MAX_OUTPUT,
    };
    const all = [...given, ...args];
    const ended = await (memoryBytes === undefined ? run(all, spec) : within(memoryBytes, all, spec));
    const { exitCode, stdout } = ended;
    const stderr = ended.stderr.toString("utf8");
    if (exitCode !== null) watch?.progress();
    if (exitCode === null) throw new GitError(args, null, `${stderr}${ended.problem}`);
    if (exitCode !== 0 && !accept.includes(exitCode)) throw new GitError(args, exitCode, stderr);
    return { exitCode, stdout, stderr };
  };
}

const bytes = (data: string | Uint8Array): Uint8Array =>
  typeof data === "string" ? Buffer.from(data) : data;
