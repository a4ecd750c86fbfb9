/**
 * Bubblewrap on GitHub's own Ubuntu, where it is not installed and the kernel's guard keeps it from making namespaces: a
 * profile for that one program lets it; the guard itself stays up for everything else.
 */
import { readFile, writeFile } from "node:fs/promises";
import { bubblewrap } from "../../engine/agents/confine/bwrap.ts";
import type { Config } from "../../engine/config/schema.ts";
import { runChild } from "../../engine/git/child.ts";
import type { JobPorts } from "../ports.ts";

export async function prepareSandbox(
  { env, say }: Pick<JobPorts, "env" | "say">,
  { config }: { readonly config: Config },
): Promise<void> {
  if (config.sandbox === "off") return;
  const found = await bubblewrap();
  if (!("missing" in found) || !(await isHostedUbuntu(env))) return;
  await say.step("Prepare the sandbox", async () => {
    const machine = thisMachine();
    const problem = await prepare({ ...machine, installed: found.installed });
    if (problem !== null) say.notice(`the sandbox could not be prepared: ${problem}`);
    await bubblewrap({ anew: true });
  });
}

export interface PreparedMachine {
  readonly installed: boolean;
  readonly read: (path: string) => Promise<string>;
  readonly write: (path: string, text: string) => Promise<void>;
  /** What it said when it failed; null when it did not. */
  readonly run: (file: string, args: readonly string[]) => Promise<string | null>;
}

const GUARD = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
const PROFILE_PATH = "/etc/apparmor.d/attractor-bwrap";
const PROFILE = `# Written by the Attractor action: this program alone may make user namespaces.
abi <abi/4.0>,
include <tunables/global>

profile attractor-bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
}
`;
const INSTALL = ["install", "--yes", "--no-install-recommends", "bubblewrap"];

/** null when all went well. */
export async function prepare({ installed, read, write, run }: PreparedMachine): Promise<string | null> {
  if (!installed) {
    const first = await run("apt-get", INSTALL);
    const again =
      first === null ? null : ((await run("apt-get", ["update"])) ?? (await run("apt-get", INSTALL)));
    if (again !== null) return again;
  }
  const guarded = (await read(GUARD).catch(() => "0")).trim() === "1";
  if (!guarded) return null;
  await write(PROFILE_PATH, PROFILE);
  return await run("apparmor_parser", ["--replace", PROFILE_PATH]);
}

async function isHostedUbuntu(env: JobPorts["env"]): Promise<boolean> {
  if (env.RUNNER_ENVIRONMENT !== "github-hosted") return false;
  return /^ID=ubuntu$/m.test(await readFile("/etc/os-release", "utf8").catch(() => ""));
}

const LONGEST_MS = 180_000;

/** Root's or, in a job whose stages are its own user, that user's by sudo. */
function thisMachine(): Omit<PreparedMachine, "installed"> {
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const run = async (given: readonly string[], input: string | null): Promise<string | null> => {
    const [file = "", ...args] = [...sudo, ...given];
    const { exitCode, stderr, problem } = await runChild(file, args, {
      cwd: "/",
      env: { PATH: process.env.PATH, DEBIAN_FRONTEND: "noninteractive" },
      input: input === null ? null : Buffer.from(input),
      secret: null,
      timeoutMs: LONGEST_MS,
      maxBytes: 1024 * 1024,
    });
    return exitCode === 0 ? null : `${given.join(" ")}: ${stderr.toString().trim().slice(-500) || problem}`;
  };
  return {
    read: (path) => readFile(path, "utf8"),
    write: async (path, text) => {
      if (sudo.length === 0) return writeFile(path, text);
      await run(["tee", path], text);
    },
    run: (file, args) => run([file, ...args], null),
  };
}
