import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { defaultJobs, type Jobs } from "../../engine/config/jobs.ts";
import { setupFiles } from "../../github/workflows/init-files.ts";
import { putFiles } from "../put-files.ts";
import { ACTION } from "./support.ts";

/** A checkout without a remote, set up by `attractor init`. */
export function checkout(jobs: Partial<Jobs> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "checkout-e2e-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync("git", ["init", "--quiet", folder]);
  const files = setupFiles({ action: ACTION, jobs: { ...defaultJobs(), ...jobs } });
  putFiles(folder, Object.fromEntries(files.map(({ path, text }) => [path, text])));
  return folder;
}
