/**
 * On a hosted runner the driver starts as `runner`, who is one `docker run` away from root: stages must not be that user,
 * and only root can make them another. So the driver begins again as root, its tokens on a pipe and in no environment.
 */
import { spawn } from "node:child_process";
import { NoStageUserError } from "./no-stage-user.ts";

const MARK = "ATTRACTOR_DRIVER_PATH";
const TOKENS = ["INPUT_TOKEN", "INPUT_PULL_REQUEST_TOKEN"];

/** Resolves with the exit code once the driver that runs as root is over. */
export async function runAsRoot(env: NodeJS.ProcessEnv, sudo = "sudo"): Promise<number> {
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !TOKENS.includes(name)));
  const names = Object.keys(rest).filter((name) => !name.includes(","));
  const args = ["-n", `--preserve-env=${[...names, MARK].join(",")}`, "--", process.execPath];
  const child = spawn(sudo, [...args, ...process.execArgv, ...process.argv.slice(1)], {
    env: { ...rest, [MARK]: env.PATH ?? "" },
    stdio: ["pipe", "inherit", "inherit"],
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.write(TOKENS.map((name) => `${env[name] ?? ""}\n`).join(""));
  // A user may not signal root's processes, so that a cancellation takes the pipe too.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => child.stdin?.write(`${signal}\n`));
  return await new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new NoStageUserError(`sudo does not start: ${error.message}`)));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** In the driver that was begun again: takes the tokens and then signals from the pipe. False when this is the first one. */
export async function begunAgain(env: NodeJS.ProcessEnv): Promise<boolean> {
  const path = env[MARK];
  if (path === undefined) return false;
  env.PATH = path;
  delete env[MARK];
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input: process.stdin });
  const tokens: string[] = [];
  await new Promise<void>((resolve) =>
    lines.on("line", (line) => {
      if (tokens.length < TOKENS.length) {
        if (tokens.push(line) === TOKENS.length) resolve();
      } else if (line === "SIGINT" || line === "SIGTERM") process.emit(line);
    }),
  );
  for (const [at, name] of TOKENS.entries()) env[name] = tokens[at];
  process.stdin.unref?.();
  return true;
}
