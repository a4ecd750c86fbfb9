import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";

const module = resolve(import.meta.dirname, "../../action/isolation/become-root.ts");

/** A driver whose first process hands on to the second by a `sudo` that is only a script. */
const DRIVER = `
import { begunAgain, runAsRoot } from ${JSON.stringify(module)};
import { readFileSync } from "node:fs";
if (await begunAgain(process.env)) {
  const seen = readFileSync("/proc/self/environ", "utf8") + readFileSync("/proc/self/cmdline", "utf8");
  console.log(JSON.stringify({
    token: process.env.INPUT_TOKEN, other: process.env.INPUT_PART, path: process.env.PATH,
    leaked: seen.includes("the-token"),
  }));
  if (process.env.INPUT_PART === "wait") {
    process.on("SIGINT", () => { console.log("told to stop"); process.exit(7); });
    setInterval(() => undefined, 1000);
    process.kill(process.ppid, "SIGINT");
  } else process.exit(3);
} else {
  process.exit(await runAsRoot(process.env, process.env.FAKE_SUDO));
}
`;

async function driven(part: string) {
  const folder = await mkdtemp(join(tmpdir(), "become-root-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const sudo = join(folder, "sudo");
  // Like sudo: its own PATH, and the command after the double dash.
  await writeFile(
    sudo,
    '#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done; shift\nPATH=/usr/bin:/bin exec "$@"\n',
  );
  await chmod(sudo, 0o755);
  await writeFile(join(folder, "driver.mts"), DRIVER);
  const env = {
    PATH: `/own/tools:${process.env.PATH}`,
    INPUT_TOKEN: "the-token",
    INPUT_PART: part,
    FAKE_SUDO: sudo,
  };
  const run = promisify(execFile)(process.execPath, [join(folder, "driver.mts")], { env, timeout: 30_000 });
  const ended = await run.then(
    () => ({ code: 0, stdout: "" }),
    (error: { code: number; stdout: string }) => error,
  );
  const [first = "{}", ...rest] = ended.stdout.split("\n");
  return { code: ended.code, told: JSON.parse(first), rest, path: env.PATH };
}

describe("a driver that begins again as root", () => {
  it("R-GH-9: has its token from a pipe and in neither environment nor command line, keeps PATH and the exit code", async () => {
    const { code, told, path } = await driven("trunk");
    expect(told).toEqual({ token: "the-token", other: "trunk", path, leaked: false });
    expect(code).toBe(3);
  });

  it("R-LIFE-6: hears of a cancellation, though its first process may not signal it", async () => {
    const { code, rest } = await driven("wait");
    expect([code, rest[0]]).toEqual([7, "told to stop"]);
  });
});
