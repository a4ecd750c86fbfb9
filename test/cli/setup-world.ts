/** `init` and `doctor` in this process, on a repository of their own. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runDoctor } from "../../cli/doctor.ts";
import { runInit } from "../../cli/init.ts";
import { called } from "../called.ts";

export function repository(): string {
  const folder = mkdtempSync(join(tmpdir(), "setup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync("git", ["init", "--quiet", folder]);
  return folder;
}

export const init = (...args: string[]) => called(runInit, "--action", "o/attractor@v1", ...args);

/** As pushed: the default branch holds what is there now. */
export function pushed(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: folder });
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "-m", "all");
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
}

export const change = (folder: string, path: string, edit: (text: string) => string): void =>
  writeFileSync(join(folder, path), edit(readFileSync(join(folder, path), "utf8")));

export async function codes(folder: string, ...args: string[]): Promise<string[]> {
  const { out } = await called(runDoctor, "--json", ...args, folder);
  return (JSON.parse(out) as { findings: { code: string }[] }).findings.map(({ code }) => code);
}

/** Doctor asks this server in GitHub's place, until the test is over. */
export async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  process.env.GITHUB_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => void delete process.env.GITHUB_API_URL);
}
