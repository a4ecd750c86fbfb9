import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../scripts/lint-workflows.ts", import.meta.url));
const GOOD = `on: push
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo fine
`;
const BAD = GOOD.replace("echo fine", `echo "\${{ github.evnt.x }}"`);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-"));
  mkdirSync(join(folder, ".github/workflows"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function lint(workflow: string, PATH: string) {
  writeFileSync(join(folder, ".github/workflows/w.yml"), workflow);
  const { status, stdout } = spawnSync(process.execPath, [SCRIPT], {
    cwd: folder,
    env: { ...process.env, PATH },
    encoding: "utf8",
  });
  return { status, stdout };
}

/** A folder of PATH with a program of that name that ends with \`code\`. */
function stub(name: string, code: number): string {
  const bin = join(folder, `bin-${name}`);
  mkdirSync(bin);
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*"\nexit ${code}\n`, { mode: 0o755 });
  return bin;
}

it("says which linter did not run and why", () => {
  expect(lint(GOOD, join(folder, "nothing"))).toEqual({
    status: 0,
    stdout: "actionlint: not run: actionlint not installed\nzizmor: not run: zizmor not installed\n",
  });
});

it("gives every workflow to both, zizmor in pedantic mode, and fails when one of them does", () => {
  const both = [stub("actionlint", 0), stub("zizmor", 3)].join(delimiter);
  const { status, stdout } = lint(GOOD, both);
  expect(stdout).toMatch(/^actionlint \.github\/workflows\/w\.yml /m);
  expect(stdout).toMatch(/zizmor --pedantic .* \.github\/workflows\/w\.yml/);
  expect(status).toBe(1);
});

it("gives them what init writes, with the app and without", () => {
  const both = [stub("actionlint", 0), stub("zizmor", 0)].join(delimiter);
  const { stdout } = lint(GOOD, both);
  const [byActionlint = "", byZizmor = ""] = stdout.split("zizmor:");
  for (const file of [
    "workflow/.github/workflows/attractor-run.yml",
    "workflow/.github/workflows/attractor-coordinator.yml",
    "workflow/.github/workflows/attractor-clock.yml",
    "app/.github/workflows/attractor-run.yml",
    "privileged/.github/workflows/attractor-run.yml",
    "read-only/.github/workflows/attractor-run.yml",
    "full/.github/workflows/attractor-run.yml",
  ]) {
    expect(byActionlint).toContain(`/${file}`);
    expect(byZizmor).toContain(`/${file}`);
  }
  // A permission that actionlint does not know.
  expect(byZizmor).toContain("/copilot/.github/workflows/attractor-run.yml");
  expect(byActionlint).not.toContain("/copilot/");
});

it("finds what actionlint finds, where it is installed", () => {
  const found = (process.env.PATH ?? "").split(delimiter).find((bin) => existsSync(join(bin, "actionlint")));
  const { status, stdout } = lint(BAD, found ?? "");
  if (found === undefined) expect(stdout).toContain("not run: actionlint not installed");
  else expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringContaining("evnt") });
});
