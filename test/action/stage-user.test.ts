import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { controlGroups } from "../../action/isolation/cgroup.ts";
import { removeJobUser } from "../../action/isolation/job-user.ts";
import { closeMetadata } from "../../action/isolation/metadata.ts";
import { type StageUser, stageUser } from "../../action/isolation/stage-user.ts";
import { endAllOf, processesOf } from "../../action/isolation/user-processes.ts";
import { until } from "../local/world.ts";
import { asRoot, asStage, CHAIN } from "./stage-process.ts";

const WAYS = [
  ["with control groups", controlGroups],
  ["without control groups", () => null],
] as const;

async function user(groups: typeof controlGroups): Promise<StageUser> {
  const made = await stageUser(groups);
  onTestFinished(() => made.leave());
  return made;
}

/** Where none can be made, the job does without, and the console says that one way was not tried. */
async function can(way: string): Promise<boolean> {
  if (way !== WAYS[0][0]) return true;
  const groups = controlGroups("attractor-test");
  await groups?.end();
  if (groups === null) console.warn("not run: this test needs control groups, version 2");
  return groups !== null;
}
const known = (name: string): boolean => readFileSync("/etc/passwd", "utf8").includes(`${name}:`);
const size = (file: string): number => statSync(file).size;

describe.runIf(asRoot)("the stages' own user", () => {
  it.each(WAYS)(
    "R-SEC-2: nothing of a stage lives once it has ended, %s: a chain of processes that fork and exit, 20 rounds",
    async (way, groups) => {
      if (!(await can(way))) return;
      const me = await user(groups);
      for (let round = 1; round <= 20; round++) {
        const { folder, survivors } = await asStage(me, CHAIN);
        const beat = join(folder, "beat");
        const then = size(beat);
        await sleep(30);
        expect([round, survivors, size(beat), processesOf(me.uid)]).toEqual([round, null, then, []]);
      }
      me.checkQuiet();
    },
  );

  it.each(WAYS)(
    "R-SEC-2: the end of one branch's stage leaves a sibling's processes alone, %s",
    async (way, groups) => {
      if (!(await can(way))) return;
      const me = await user(groups);
      const stop = new AbortController();
      const sibling = asStage(me, "sleep 300 & echo $! > pid; wait", { signal: stop.signal });
      await until("the sibling runs", () => processesOf(me.uid).length >= 2);
      const { folder } = await asStage(me, CHAIN);
      expect(processesOf(me.uid).length).toBeGreaterThanOrEqual(2);
      const then = size(join(folder, "beat"));
      await sleep(30);
      // Without control groups one cannot tell whose a process is: it goes when the last of the stages does.
      if (way === WAYS[0][0]) expect(size(join(folder, "beat"))).toBe(then);
      stop.abort("over");
      const ended = await sibling;
      expect(ended.evidence).toMatchObject({ canceled: true });
      expect(processesOf(me.uid)).toEqual([]);
    },
  );

  it("R-SEC-2: what nothing ends fails the job, and is named", async () => {
    const deaf = spawn("sleep", ["300"], { uid: 1_899_999_999, gid: 1_899_999_999 });
    onTestFinished(() => void deaf.kill("SIGKILL"));
    await until("it runs", () => processesOf(1_899_999_999).length === 1);
    // A step down to another user: its signals reach nobody.
    const others = ["setpriv", "--reuid=1899999998", "--clear-groups", "--"];
    const alive = await endAllOf(1_899_999_999, others, 200);
    expect(alive).toBe(`processes that no signal ends: ${deaf.pid}`);
    const me = await stageUser(() => ({
      enclose: () => ({ command: [], end: async () => alive }),
      end: async () => null,
    }));
    const { survivors } = await asStage(me, "true");
    expect(survivors).toBe(alive);
    expect(() => me.checkQuiet()).toThrow(`a stage has ended and left ${alive}`);
    await expect(me.leave()).rejects.toThrow(String(deaf.pid));
    // Root deletes nothing in its trees then.
    expect(existsSync(me.place)).toBe(true);
    rmSync(me.place, { recursive: true });
    removeJobUser(String(me.env.USER));
  });

  it("R-SEC-2: each job has a user of its own, gone with it; a name that somebody took refuses nobody", async () => {
    const squatters = Array.from({ length: 64 }, (_, at) => (at === 0 ? "" : `-${at + 1}`)).map((end) =>
      createServer().listen(`\0attractor-stage${end}`),
    );
    onTestFinished(() => {
      for (const server of squatters) server.close();
    });
    const one = await stageUser();
    const two = await stageUser();
    expect(new Set([0, one.uid, two.uid]).size).toBe(3);
    expect(new Set([0, one.gid, two.gid]).size).toBe(3);
    for (const each of [one, two]) {
      expect(known(each.env.USER!)).toBe(true);
      await each.leave();
      expect([known(each.env.USER!), existsSync(each.place)]).toEqual([false, false]);
    }
  });

  it("R-SEC-2: the user of a job whose driver was killed is taken away by the next job, a living driver's is not", async () => {
    const dead = "attractor-stage-00000000";
    execFileSync("useradd", ["--no-log-init", "--uid", "1899999997", "--comment", "999999 5", dead], {
      stdio: "ignore",
    });
    const living = await stageUser();
    const next = await stageUser();
    expect([known(dead), known(living.env.USER!)]).toEqual([false, true]);
    await living.leave();
    await next.leave();
  });

  it("R-SEC-8: a stage is not led to the cloud's metadata address, and others still are", async () => {
    if (!(await canRoute())) return console.warn("not run: this process may set no route");
    const rules = () => execFileSync("ip", ["rule"], { encoding: "utf8" });
    // Of a job whose driver was killed.
    closeMetadata(1_899_999_998);
    const me = await user(() => null);
    expect(rules()).not.toContain("1899999998");
    const dial = `require("net").connect(80, "169.254.169.254").on("error", ({ code }) => console.log(code)).on("connect", () => process.exit()); setTimeout(() => process.exit(), 500)`;
    const script = `${JSON.stringify(process.execPath)} -e ${JSON.stringify(dial)} > said`;
    const { folder } = await asStage(me, script);
    expect(readFileSync(join(folder, "said"), "utf8")).toBe("EACCES\n");
    expect(execFileSync(process.execPath, ["-e", dial], { encoding: "utf8" })).not.toContain("EACCES");
    expect(rules()).toContain("169.254.169.254");
    expect(rules()).toContain(`${me.uid}-${me.uid}`);
    await me.leave();
    expect(rules()).not.toContain(String(me.uid));
  });
});

async function canRoute(): Promise<boolean> {
  const back = closeMetadata(1_899_999_999);
  const can = execFileSync("sh", ["-c", "ip rule || true"], { encoding: "utf8" }).includes("1899999999");
  back();
  return can;
}
