import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { stageUser } from "../../action/isolation/stage-user.ts";
import { processesOf } from "../../action/isolation/user-processes.ts";
import { workGit } from "../../engine/git/work-repo.ts";
import { giveFolder, withWorkUser } from "../../engine/git/work-user.ts";
import { asRoot, asStage } from "./stage-process.ts";

/** What a process may do, and what it was given. */
const LOOK = `grep -E '^(Uid|Gid|Groups|NoNewPrivs|Cap...):' /proc/self/status; env | sort`;

/** git tells its children of itself; these hold paths and settings of ours. */
const OF_GIT =
  /^(?:GIT_(?!CONFIG_(?:COUNT|KEY|VALUE|GLOBAL|SYSTEM))[A-Z_]+|LC_ALL|PWD|OLDPWD|SHLVL|_|TEST_MARK)=/;

/** It puts its own programs before the others. */
const lines = (text: string): string[] =>
  text
    .replace(/^PATH=[^:]*\/git-core:/m, "PATH=")
    .split("\n")
    .filter((line) => line !== "" && !OF_GIT.test(line));

describe.runIf(asRoot)("the driver's git in a tree that a stage could write", () => {
  it("R-SEC-3: a filter that the stage planted has a stage's rights and environment exactly, and nothing of it stays", async () => {
    for (const [name, value] of [
      ["GIT_CONFIG_COUNT", "1"],
      ["GIT_CONFIG_KEY_0", "http.extraheader"],
      ["GIT_CONFIG_VALUE_0", "authorization: basic canary"],
      ["SSH_AUTH_SOCK", "/run/agent.sock"],
      ["GPG_AGENT_INFO", "/run/gpg.sock"],
      ["GIT_SSH_COMMAND", "ssh -i /root/key"],
      ["INPUT_TOKEN", "canary"],
      ["CARGO_HOME", "/opt/cargo"],
    ] as const)
      vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const user = await stageUser();
    onTestFinished(() => user.leave());
    const tree = join(user.place, "tree");
    mkdirSync(tree);
    const git = await withWorkUser(user, async () => {
      await giveFolder(tree);
      return workGit(tree);
    });
    await git(["init", "--quiet"]);
    const { stdout } = await asStage(
      user,
      `git config filter.x.clean "(${LOOK}) > seen.txt; (env -i setsid sleep 300 >/dev/null 2>&1 &) ; cat"
       echo '*.x filter=x' > .gitattributes; echo a > a.x; (${LOOK})`,
      { folder: tree },
    );
    await git(["add", "--all"]);
    const seen = readFileSync(join(tree, "seen.txt"), "utf8");
    expect(lines(seen)).toEqual(lines(stdout.text()));
    expect(seen).toMatch(/^NoNewPrivs:\t1$/m);
    expect(seen).toMatch(/^CapBnd:\t0+$/m);
    expect(seen).toContain("CARGO_HOME=/opt/cargo");
    expect(seen).not.toMatch(/canary|agent\.sock|gpg\.sock|root\/key/);
    expect(processesOf(user.uid)).toEqual([]);
  });
});
