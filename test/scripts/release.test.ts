/** What a release checks, and what it must not do. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import pkg from "../../package.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url).pathname;
const check = (tag: string) =>
  spawnSync(process.execPath, [join(ROOT, "scripts/release-check.ts"), tag], { encoding: "utf8" });

describe("a release", () => {
  it("needs a tag that is the version, and prints what the changelog says of it", () => {
    const good = check(`v${pkg.version}`);
    expect([good.status, good.stderr]).toEqual([0, ""]);
    expect(good.stdout.length).toBeGreaterThan(20);
    const wrong = check("v99.0.0");
    expect([wrong.status, wrong.stderr]).toEqual([
      1,
      expect.stringContaining(`package.json says ${pkg.version}`),
    ]);
  });

  it("starts for version tags alone, tests before it publishes, and pins every action by commit", () => {
    const text = readFileSync(join(ROOT, ".github/workflows/release.yml"), "utf8");
    const workflow = parse(text);
    expect(Object.keys(workflow.on)).toEqual(["push"]);
    expect(workflow.permissions).toEqual({});
    const runs: string[] = workflow.jobs.release.steps.map((step: { run?: string }) => step.run ?? "");
    const at = (words: string) => runs.findIndex((run) => run.includes(words));
    expect(at(".ci/run")).toBeGreaterThan(at("release-check"));
    expect(at("npm publish")).toBeGreaterThan(at(".ci/run"));
    for (const [, ref] of text.matchAll(/uses: \S+@(\S+)/g)) expect(ref).toMatch(/^[0-9a-f]{40}$/);
  });
});
