/** act as a second opinion: the same files on an executor that is not ours, without Docker. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { z } from "zod";
import { putFiles } from "../../../put-files.ts";

export interface Act extends Disposable {
  /** How the run ended and what its steps said, sorted. */
  run(file: string): Promise<{ readonly run: "success" | "failure"; readonly says: readonly string[] }>;
}

export const actInstalled = (process.env.PATH ?? "")
  .split(delimiter)
  .some((folder) => existsSync(join(folder, "act")));

const line = z.object({ raw_output: z.literal(true), msg: z.string() });

export function prepareAct(
  files: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): Act {
  const root = mkdtempSync(join(tmpdir(), "act-"));
  const repository = join(root, "repository");
  putFiles(repository, files);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: repository,
    });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "files");
  const env = {
    PATH: process.env.PATH,
    HOME: join(root, "home"),
    XDG_CACHE_HOME: join(root, "cache"),
    XDG_CONFIG_HOME: join(root, "config"),
    LANG: "C.UTF-8",
    ACT_DISABLE_VERSION_CHECK: "1",
    DOCKER_HOST: "unix:///nonexistent",
  };
  const fixed = [
    ...["-C", repository, "-P", "ubuntu-latest=-self-hosted", "--rm", "--json", "--no-cache-server"],
    ...["--action-cache-path", join(root, "actions"), "--artifact-server-addr", "127.0.0.1"],
    ...["env", "secret", "var", "input"].flatMap((kind) => [`--${kind}-file`, "/dev/null"]),
    ...Object.entries({ GITHUB_TOKEN: "none", ...secrets }).flatMap(([name, value]) => [
      "-s",
      `${name}=${value}`,
    ]),
  ];
  return {
    run: (file) =>
      new Promise((done) => {
        const args = ["workflow_dispatch", "-W", `.github/workflows/${file}`, ...fixed];
        execFile("act", args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
          const says = stdout
            .split("\n")
            .filter((text) => text.startsWith("{"))
            .map((text) => line.safeParse(JSON.parse(text)))
            .flatMap((parsed) => (parsed.success ? parsed.data.msg.split("\n") : []))
            .filter((text) => text.startsWith("SAY "))
            .map((text) => text.slice(4).trimEnd())
            .sort();
          done({ run: error === null ? "success" : "failure", says });
        });
      }),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
