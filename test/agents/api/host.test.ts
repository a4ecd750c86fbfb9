import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ToolHost, toolHost } from "../../../engine/agents/api/tools/host.ts";
import { bundleOptions, toolHostOptions } from "../../../scripts/bundle-options.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), "host-")));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function started(): { host: ToolHost; shell: (command: string) => ReturnType<ToolHost["run"]> } {
  const host = toolHost({
    ...{ root: folder(), statusPath: null, env: { PATH: process.env.PATH ?? "" } },
    ...{ mark: `HOST_TEST=${process.pid}`, activity: () => undefined },
  });
  onTestFinished(() => host.close());
  const signal = new AbortController().signal;
  return {
    host,
    shell: (command) => host.run({ tool: "shell", input: { command }, timeoutMs: 5000 }, signal),
  };
}

/** The host is the parent of the bash that is around every command. */
const HOST = "$(ps -o ppid= -p $PPID)";

describe("the process of the tools is a stranger to the driver", () => {
  it("an agent that kills it gets an error, and the next call a new one", async () => {
    const { shell } = started();
    expect((await shell(`kill -9 ${HOST}; sleep 30`)).shown).toMatch(
      /the tools' process ended: it ended with SIGKILL/,
    );
    expect((await shell("echo again")).shown).toBe("again\n[exit code 0]");
  });

  it("a search that never ends is ended with it, and the next call goes well", async () => {
    const { host, shell } = started();
    await shell(`printf '${"a".repeat(60)}!' > long.txt`);
    const { signal } = new AbortController();
    const said = await host.run({ tool: "grep", input: { pattern: "^(a+)+$" }, timeoutMs: 200 }, signal);
    expect(said).toMatchObject({ ok: false, shown: "the tools' process ended: grep did not end in time" });
    expect((await shell("echo again")).shown).toBe("again\n[exit code 0]");
  });
});

it("a host that an agent has stopped holds up no cancel", async () => {
  const { host } = started();
  const stop = new AbortController();
  const command = `kill -STOP ${HOST}; sleep 300`;
  setTimeout(() => stop.abort(), 1000);
  const began = performance.now();
  const said = await host.run({ tool: "shell", input: { command }, timeoutMs: 600_000 }, stop.signal);
  expect(said.shown).toContain("shell did not end when it was stopped");
  expect(performance.now() - began).toBeLessThan(15_000);
}, 25_000);

it("a disk that takes only a part of a file is an error, not a success", async () => {
  const root = folder();
  const program = join(ROOT, "engine/agents/api/tool-host/main.ts");
  const script = `trap '' XFSZ; ulimit -f 8; exec "$0" --disable-warning=ExperimentalWarning "$1"`;
  const order = { id: 1, tool: "write_file", input: { path: "a", content: "x".repeat(100_000) } };
  const input = [
    { root, statusPath: null },
    { ...order, timeoutMs: 5000 },
  ].map((line) => JSON.stringify(line));
  const said = await new Promise<string>((resolve) => {
    const child = spawn("bash", ["-c", script, process.execPath, program], { cwd: root });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk;
      if (text.split("\n").length > 2) child.stdin.end();
    });
    child.once("close", () => resolve(text.split("\n")[1] ?? ""));
    child.stdin.write(`${input.join("\n")}\n`);
  });
  expect(JSON.parse(said)).toMatchObject({
    ok: false,
    output: expect.stringMatching(/^a cannot be used: EFBIG/),
  });
});

/** Runs the bundled driver side as root, its tools as somebody else. */
const DRIVER = `
import { withWorkUser } from "${ROOT}/engine/git/work-user.ts";
import { toolHost } from "${ROOT}/engine/agents/api/tools/host.ts";
const [root] = process.argv.slice(2);
const down = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--"];
const enclose = async () => ({ command: [], end: async () => null });
const user = { uid: 65534, gid: 65534, home: root, command: down, inherited: {}, enclose };
const env = { PATH: process.env.PATH, TMPDIR: root };
const host = toolHost({ root, statusPath: null, env, mark: "HOST_TEST=user", activity() {} });
const { signal } = new AbortController();
const run = (tool, input) => host.run({ tool, input, timeoutMs: 5000 }, signal);
const calls = [["shell", { command: "id -u" }], ["write_file", { path: "a", content: "x" }]];
const said = [];
for (const [tool, input] of calls) said.push(await withWorkUser(user, () => run(tool, input)));
await host.close();
console.log(JSON.stringify(said.map(({ shown }) => shown)));
`;

it.runIf(process.getuid?.() === 0)(
  "tools work as the stages' user, also where that user cannot reach the bundle",
  async () => {
    const place = folder();
    const dist = join(place, "dist");
    const tree = join(place, "tree");
    mkdirSync(tree);
    chmodSync(place, 0o711);
    chownSync(tree, 65534, 65534);
    writeFileSync(join(place, "driver.ts"), DRIVER);
    await build({
      ...bundleOptions,
      entryPoints: [join(place, "driver.ts")],
      outdir: dist,
      splitting: false,
    });
    await build({ ...toolHostOptions, outdir: dist });
    chmodSync(dist, 0o700);
    const said = execFileSync(process.execPath, [join(dist, "driver.mjs"), tree], { encoding: "utf8" });
    expect(JSON.parse(said)).toEqual(["65534\n[exit code 0]", "wrote 1 bytes to a"]);
    expect(statSync(join(tree, "a")).uid).toBe(65534);
  },
);
