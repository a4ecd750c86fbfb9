import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { processIds, readProc } from "../../engine/stages/proc.ts";
import type { ProcessResult, ProcessSpec } from "../../engine/stages/process.ts";
import { endStarters } from "../../engine/stages/starter.ts";
import { findMarked, type StrayMark } from "../../engine/stages/strays.ts";
import { tempDir } from "./scene.ts";
import { shell as stageShell } from "./shell.ts";

const linux = process.platform === "linux";

const shell = (command: string, changes: Partial<ProcessSpec> = {}) =>
  stageShell(command, {
    args: ["--noprofile", "--norc", "-c", command],
    timeoutMs: 20_000,
    ...changes,
  }).run();

/** What it is started with in the other way: an input file is given by this process alone. */
async function direct(command: string, changes: Partial<ProcessSpec> = {}) {
  const inputFile = join(tempDir(), "input");
  writeFileSync(inputFile, "");
  return await shell(command, { inputFile, ...changes });
}

const ourChildren = (): number[] =>
  processIds().filter((pid) => {
    const [state, parent] = readProc(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
    return Number(parent) === process.pid && state !== "Z";
  });

describe("the small shell that starts stages", () => {
  it("is the parent of a stage, and one serves many", async () => {
    if (!linux) return;
    const parents = new Set<string>();
    for (let n = 0; n < 5; n++) parents.add((await shell("echo $PPID")).stdout.text());
    expect(parents.size).toBe(1);
    expect(parents).not.toContain(`${process.pid}\n`);
  });

  it("tells a signal from an exit code of the same number", async () => {
    const ends: unknown[] = [];
    const numbers = [1, 2, 9, 11, 13, 15];
    for (const number of numbers) {
      ends.push((await shell(`kill -${number} $$`)).evidence);
      ends.push((await shell(`exit ${128 + number}`)).evidence);
    }
    const names = ["SIGHUP", "SIGINT", "SIGKILL", "SIGSEGV", "SIGPIPE", "SIGTERM"];
    expect(ends).toEqual(
      numbers.flatMap((number, at) => [{ exit_code: null, signal: names[at] }, { exit_code: 128 + number }]),
    );
  });

  it("takes no complaint of bash about the environment for the end of a stage", async () => {
    const env = { PATH: process.env.PATH!, LC_ALL: "xx_YY.UTF-8" };
    expect((await shell("exit 137", { env })).evidence).toEqual({ exit_code: 137 });
    const nowhere = join(tempDir(), "nowhere");
    const [one, other] = [await shell("exit 137", { cwd: nowhere }), await direct("", { cwd: nowhere })];
    expect(one.startError).toBe(other.startError);
    const lost = { PATH: "/nowhere" };
    expect((await shell("", { env: lost })).startError).toBe((await direct("", { env: lost })).startError);
  });

  it("waits for a stage that is stopped: it has not ended", async () => {
    expect((await shell("(sleep 0.3; kill -CONT $$) & kill -STOP $$; exit 3")).evidence).toEqual({
      exit_code: 3,
    });
    const left = await shell("kill -STOP $$", { timeoutMs: 100 });
    expect(left.evidence).toMatchObject({ timed_out: true, signal: "SIGKILL" });
  });

  it("hands on exactly what it was given, as if it were not there", async () => {
    const all = `${Array.from({ length: 127 }, (_, n) => String.fromCharCode(n + 1)).join("")}äé€😀\n\n`;
    const some = { PATH: process.env.PATH!, ALL: all, IFS: ":", QUOTE: `it's "so" $PATH` };
    const envs = [
      { ...some, LANG: "xx_YY.UTF-8" },
      { ...some, LC_ALL: "xx_YY.UTF-8", OLDPWD_: "x", TMOUT: "1", LD_LIBRARY_PATH: "/nowhere" },
      // Where the small shell itself does not look.
      { ...some, LC_ALL: "C.UTF-8", PATH: `/nowhere:.:${process.env.PATH}` },
    ];
    const told = 'env -0 | sort -z; printf "%s|%s" "$SHLVL" "$0"; umask; ls /proc/self/fd; trap';
    const commands = [told, `printf %s ${`'${all.replaceAll("'", "'\\''")}'`}`];
    for (const [command, env] of commands.flatMap((command) => envs.map((env) => [command, env] as const))) {
      const cwd = tempDir();
      const [one, other] = [await shell(command, { env, cwd }), await direct(command, { env, cwd })];
      expect(one.stdout.text()).toBe(other.stdout.text());
      expect(one.stderr.text()).toBe(other.stderr.text());
    }
  });

  it("does itself what a shell does within itself, and nothing else", async () => {
    if (!linux) return;
    const within = [
      "true",
      "false",
      ": a",
      "exit 0",
      "exit 3",
      "exit 137",
      "exit 999",
      "echo",
      "echo -n a b=c",
    ];
    const others = [
      "exit",
      "exit 1 2",
      "true x; exit 4",
      "true && false",
      "echo $HOME",
      "echo ~",
      "echo *",
      "echo {a,b}",
    ];
    const more = [
      "echo a\nexit 5",
      "echo  a",
      "echo a >b; cat b",
      "truer",
      "echo 'a  b'",
      "exit 3 # x",
      "! true",
      "echo !",
    ];
    const cwd = tempDir();
    writeFileSync(join(cwd, "a file"), "");
    const env = { PATH: process.env.PATH!, HOME: "/home/of" };
    const said = ({ evidence, stdout, stderr }: ProcessResult) => [evidence, stdout.text(), stderr.text()];
    for (const command of [...within, ...others, ...more])
      expect([command, ...said(await shell(command, { cwd, env }))]).toEqual([
        command,
        ...said(await direct(command, { cwd, env })),
      ]);
    const lost = { cwd, env: { PATH: "/nowhere" } };
    for (const command of within) expect((await shell(command, lost)).startError).toBeNull();
    for (const command of [...others, ...more])
      expect((await shell(command, lost)).startError).not.toBeNull();
  });

  it("gives a name that bash would not hand on to the other way", async () => {
    const env = { PATH: process.env.PATH!, "with.dot": "1", UID: "7" };
    expect((await shell("env", { env })).stdout.text()).toContain("with.dot=1\n");
  });

  it("ended by its stage costs that stage, and the next has another", async () => {
    if (!linux) return;
    const mark: StrayMark = "LOST=its-starter";
    const began = join(tempDir(), "began");
    const env = { PATH: process.env.PATH!, LOST: "its-starter", BEGAN: began };
    const ends = '[ "$(cat /proc/$PPID/comm)" = bash ] && kill -9 $PPID';
    const { evidence } = await shell(`echo once >>"$BEGAN"; ${ends}; exec sleep 1000`, { env, mark });
    expect(evidence).toMatchObject({ signal: "SIGKILL" });
    expect(readFileSync(began, "utf8")).toBe("once\n");
    expect(findMarked([mark], null)).toEqual([]);
    expect((await shell("echo on")).stdout.text()).toBe("on\n");
  });

  it("that never tells of a stage's end is given up, and the run goes on", async () => {
    if (!linux) return;
    const { evidence } = await shell("kill -STOP $PPID; exit 3", { timeoutMs: null });
    expect(evidence).toMatchObject({ signal: "SIGKILL" });
    expect((await shell("echo on")).stdout.text()).toBe("on\n");
  });

  it("serves many at a time, each its own, and nothing of it is left at the end", async () => {
    const all = Array.from({ length: 24 }, (_, n) => shell(`sleep 0.05; echo ${n}; exit ${n}`));
    const ends = await Promise.all(all);
    expect(ends.map(({ evidence }) => evidence.exit_code)).toEqual(ends.map((_, n) => n));
    expect(ends.map(({ stdout }) => stdout.text())).toEqual(ends.map((_, n) => `${n}\n`));
    await endStarters();
    expect(ourChildren()).toEqual([]);
  });
});
