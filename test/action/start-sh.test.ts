import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";

const START = resolve("action/start.sh");
const MAIN = "console.log(JSON.stringify({ flags: process.execArgv, rest: process.argv.slice(2) }));";

/** Starts the bundle where the Node that is found is this script of sh. */
function started(node: string): { readonly flags: string[]; readonly rest: string[] } {
  const root = mkdtempSync(join(tmpdir(), "start-sh-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ["action/dist", "bin", "temp"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "action/dist/main.mjs"), MAIN);
  writeFileSync(join(root, "bin/node"), `#!/bin/sh\n${node}\n`, { mode: 0o755 });
  const out = execFileSync("sh", [START], {
    encoding: "utf8",
    env: {
      PATH: `${join(root, "bin")}:/usr/bin:/bin`,
      GITHUB_ACTION_PATH: join(root, "action"),
      RUNNER_TEMP: join(root, "temp"),
      RUNNER_TOOL_CACHE: join(root, "temp"),
    },
  });
  return JSON.parse(out);
}

it("the bundle is started with room for what its start makes", () => {
  expect(started(`exec "${process.execPath}" "$@"`)).toEqual({
    flags: ["--min-semi-space-size=8"],
    rest: [],
  });
});

it("a Node that does not know the flag is started without", () => {
  const refusing = `case $1 in --min-*) exit 9 ;; esac\nexec "${process.execPath}" "$@"`;
  expect(started(refusing)).toEqual({ flags: [], rest: [] });
});

it("a Node in which the bundle cannot run is not started, and the error names what is needed", () => {
  const said = expect.stringMatching(/needs Node\.js 22 or newer and found none.*\/node \(v20\.20\.2\)/);
  expect(() => started("echo v20.20.2")).toThrow(expect.objectContaining({ status: 1, stdout: said }));
});
