/** What agents try in their walls, for real; and the same without walls, so that it is seen that the attempts are none in vain. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bubblewrap } from "../../../engine/agents/confine/bwrap.ts";
import type { Sandbox } from "../../../engine/agents/confine/sandbox.ts";
import { whereItRuns } from "../../where-it-runs.ts";
import { ends, type Trial, trial } from "../api/attempt.ts";
import { type Laptop, laptop, SECRET } from "./place.ts";

const found = await bubblewrap();
const missing = "missing" in found ? found.missing : null;

const NODE = JSON.stringify(process.execPath);
const dial = (to: string) =>
  `${NODE} -e 'require("net").connect(${to}).on("data", () => console.log("ESCAPED")).on("error", (e) => console.log(e.code))'`;
/** The process of the tools is the parent of the bash that is around every command. */
const HOST = "$(ps -o ppid= -p $PPID)";
/** A process of the driver's own machine, seen from within. */
const DRIVER = process.pid;

/** Each prints ESCAPED where it works. */
const escapes = ({ home, repo, tree, socket }: Laptop): Readonly<Record<string, string>> => ({
  "write in the home": `echo x >> ${home}/.profile && echo ESCAPED`,
  "write a key": `mkdir -p ${home}/.ssh && echo x >> ${home}/.ssh/authorized_keys && grep -q ${SECRET} ${home}/.ssh/id_ed25519 && echo ESCAPED`,
  "write in the checkout": `echo x > ${repo}/src/code.txt && echo ESCAPED`,
  "write by a link": `ln -s ${repo}/src/code.txt way && echo x > way && echo ESCAPED`,
  "remove the checkout": `rm -rf ${repo}/src 2>/dev/null; test -e ${repo}/src/code.txt || echo ESCAPED`,
  "plant a hook": `echo '#!/bin/sh' > ${repo}/.git/hooks/post-checkout && echo ESCAPED`,
  "configure git": `git config --local core.fsmonitor /bin/true && echo ESCAPED`,
  "lead git elsewhere": `echo /elsewhere > ${repo}/.git/worktrees/worktree/commondir && echo ESCAPED`,
  "move the user's branch": `git update-ref refs/heads/main $(git -c user.name=a -c user.email=a@example.org commit-tree -m x HEAD^{tree}) && echo ESCAPED`,
  "write the run's log": `echo x >> $ATTRACTOR_LOGS_ROOT/progress.ndjson && echo ESCAPED`,
  "write beside the status": `echo x > $ATTRACTOR_STAGE_DIR/provider_used.json && echo ESCAPED`,
  "cancel the run": `mkdir -p $ATTRACTOR_LOGS_ROOT/control && echo ESCAPED`,
  "read a key": `grep -rqs ${SECRET} ${home}/.ssh ${home}/.aws ${home}/.claude && echo ESCAPED`,
  "read a token": `grep -qs ${SECRET} ${home}/.npmrc ${home}/.cargo/credentials.toml && echo ESCAPED`,
  "read the checkout's .env": `grep -qs ${SECRET} ${repo}/.env && echo ESCAPED`,
  "read other conversations": `grep -rqs ${SECRET} $ATTRACTOR_LOGS_ROOT/sessions && echo ESCAPED`,
  "speak to a socket": dial(`"${socket}"`),
  "see the driver": `test -e /proc/${DRIVER}/environ && ${NODE} -e 'process.kill(${DRIVER}, 0)' && echo ESCAPED`,
  "read the driver's memory": `head -c 1 /proc/${DRIVER}/maps >/dev/null 2>&1 && echo ESCAPED`,
  "leave a process": `env -i setsid sleep 98731 >/dev/null 2>&1 & sleep 0.2; pgrep -f 'sleep 98731' >/dev/null && echo STARTED`,
  "mount anew": `mount -o remount,rw / && echo ESCAPED`,
  "mount anew in a namespace": `unshare -Urm sh -c 'mount -o remount,rw,bind / && echo x > ${repo}/src/code.txt' && echo ESCAPED`,
  "change the kernel": `(: >> /proc/sys/kernel/core_pattern) && test $(id -u) = 0 && echo ESCAPED`,
  "make a control group": `mkdir /sys/fs/cgroup/escaped-$$ && rmdir /sys/fs/cgroup/escaped-$$ && echo ESCAPED`,
  "read a disk": `cat /dev/vda /dev/sda 2>/dev/null | head -c 1 | grep -q . ; test -b /dev/vda -o -b /dev/sda && echo ESCAPED`,
  "a worktree of its own": `touch ${tree}/here && test -e ${tree}/here && echo WORKS`,
});

/** What works on a machine without walls; some need rights that not every test's user has. */
const HARMLESS = [
  ...["write in the home", "write a key", "write in the checkout", "write by a link", "plant a hook"],
  ...[
    "configure git",
    "move the user's branch",
    "write the run's log",
    "write beside the status",
    "cancel the run",
  ],
  ...["read a key", "read a token", "read the checkout's .env", "read other conversations"],
  ...["speak to a socket", "see the driver", "read the driver's memory"],
];

async function tried(place: Laptop, names: readonly string[], sandbox: Sandbox) {
  const all = escapes(place);
  const calls = names.map((name) => ["shell", { command: all[name]! }] as const);
  const done = await trial([{ calls }, { text: "done" }], { at: place.at, deps: { sandbox } });
  return Object.fromEntries(ends(done.events).map(({ output }, n) => [names[n]!, String(output)]));
}

const sleeping = (): string => {
  try {
    return execFileSync("pgrep", ["-f", "sleep 98731"], { encoding: "utf8" });
  } catch {
    return "";
  }
};

whereItRuns(missing)("what an agent tries in its walls", () => {
  it("R-SEC-8, R-AGENT-10: none of it works", async () => {
    const place = await laptop();
    const names = Object.keys(escapes(place));
    const said = await tried(place, names, "required");
    expect(Object.keys(said)).toEqual(names);
    const out = names.filter((name) => said[name]!.includes("ESCAPED"));
    expect(out, JSON.stringify(said, null, 1)).toEqual([]);
    // These are allowed, so that the rest is no empty silence.
    expect(said["leave a process"]).toContain("STARTED");
    expect(said["a worktree of its own"]).toContain("WORKS");
    expect(sleeping()).toBe("");
    expect(readFileSync(join(place.repo, "src/code.txt"), "utf8")).toBe("before");
    expect(existsSync(join(place.home, ".profile"))).toBe(true);
  });

  it("R-SEC-8: without walls the same attempts succeed", async () => {
    const place = await laptop();
    const said = await tried(place, HARMLESS, "off");
    expect(
      HARMLESS.filter((name) => !said[name]!.includes("ESCAPED")),
      JSON.stringify(said, null, 1),
    ).toEqual([]);
  });

  it("R-AGENT-23: it works, commits, keeps its caches and says how it went, in the one place", async () => {
    const place = await laptop();
    const command = [
      "set -e; echo new > made.txt; mkdir -p sub; echo y > sub/z",
      'git add . && git -c user.name=a -c user.email=a@example.org commit -qm "by the agent"',
      "echo kept > $HOME/.cache/it/kept; echo passing > /tmp/passing; test $TMPDIR = /tmp",
      `test $(id -u) = ${process.getuid!()}`,
      `echo '{"status":"success","notes":"within"}' > "$ATTRACTOR_STATUS_PATH"`,
    ].join("\n");
    const done = await trial([{ calls: [["shell", { command }]] }, { text: "done" }], {
      at: place.at,
      deps: { sandbox: "required" },
    });
    expect(ends(done.events)[0]).toMatchObject({ output: "[exit code 0]" });
    const git = (...args: string[]) => execFileSync("git", args, { cwd: place.tree, encoding: "utf8" });
    expect(git("log", "-1", "--format=%s %D")).toBe("by the agent HEAD -> attractor/run/RUN1\n");
    expect(git("status", "--porcelain")).toBe("");
    expect(readFileSync(join(place.home, ".cache/it/kept"), "utf8")).toBe("kept\n");
    expect(JSON.parse(status(place))).toEqual({ status: "success", notes: "within" });
    expect(existsSync("/tmp/passing")).toBe(false);
    expect(done.at.notes).toEqual([]);
  });

  it("R-AGENT-23: the file tools write the status too, and nothing else of the run folder", async () => {
    const place = await laptop();
    const { stageDir } = place.at;
    const write = (path: string) => ["write_file", { path, content: '{"status":"fail"}' }] as const;
    const calls = [write(join(stageDir, "status.json")), write(join(stageDir, "final.json"))];
    const done = await trial([{ calls }, { text: "done" }], { at: place.at, deps: { sandbox: "required" } });
    expect(ends(done.events).map(({ output }) => String(output))).toEqual([
      expect.stringContaining("wrote 17 bytes"),
      expect.stringContaining("lies outside the worktree"),
    ]);
    expect(status(place)).toBe('{"status":"fail"}');
    expect(existsSync(join(stageDir, "final.json"))).toBe(false);
  });

  it("R-SEC-8: walls that do not stand end the stage before a model is paid; walls that fall end it then", async () => {
    const place = await laptop();
    execFileSync("rm", ["-rf", place.tree]);
    const never = await trial([{ text: "done" }], { at: place.at, deps: { sandbox: "required" } });
    expect(never.received).toEqual([]);
    expect(problem(never)).toMatch(/^configuration: the sandbox of the tools did not start: /);

    const other = await laptop();
    const shell = (command: string) => ({ calls: [["shell", { command }]] as const });
    const fell = await trial([shell(`kill -9 ${HOST}; sleep 30`), shell("true"), { text: "all is well" }], {
      at: other.at,
      deps: { sandbox: "required" },
      onEvent({ kind }) {
        if (kind === "TOOL_CALL_START")
          rmSync(join(other.at.stageDir, "status"), { recursive: true, force: true });
      },
    });
    expect(fell.received).toHaveLength(2);
    expect(problem(fell)).toMatch(/^configuration: .*the sandbox of the tools did not start: bwrap: /s);
  });
});

const status = ({ at }: Laptop): string => readFileSync(join(at.stageDir, "status.json"), "utf8");

const problem = ({ reply }: Trial): string => `${reply.evidence.error_code}: ${reply.problem}`;
