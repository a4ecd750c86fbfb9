/** What npm would publish: packed, installed in an empty folder, used as a command and as a library, with its types. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJson } from "../local/world.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const LONG = 300_000;
const out = mkdtempSync(join(tmpdir(), "attractor-package-"));
const empty = join(out, "empty");
const example = /```js\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, "docs/library.md"), "utf8"))![1]!;

/** Without the network: what the package needs, it has. */
const npm = (cwd: string, ...args: string[]) =>
  execFileSync("npm", [...args, "--offline", "--no-audit", "--no-fund", "--cache", join(out, "cache")], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
const attractor = (cwd: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(empty, "node_modules/.bin/attractor"), ...args], {
    cwd,
    encoding: "utf8",
  });

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, "scripts/package.ts"), "--out", out, "--pack"], { cwd: ROOT });
  const tarball = readdirSync(out).find((name) => name.endsWith(".tgz"))!;
  execFileSync("mkdir", [empty]);
  writeFileSync(join(empty, "package.json"), `{"private": true, "type": "module"}\n`);
  npm(empty, "install", join(out, tarball));
}, LONG);
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe("the npm package", () => {
  it("R-LANG-7: the public interface is the one that is written down (else run: npm run package)", () => {
    expect(readFileSync(join(out, "library.md"), "utf8")).toBe(
      readFileSync(join(ROOT, "docs/reference/library.md"), "utf8"),
    );
  });

  it("is one package with one command, licences and no source", () => {
    expect(readdirSync(join(empty, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "attractor",
    ]);
    const at = join(empty, "node_modules/attractor");
    expect(Object.keys(readJson<{ bin: object }>(join(at, "package.json")).bin)).toEqual(["attractor"]);
    const files = readdirSync(at, { recursive: true, encoding: "utf8" });
    expect(files).toEqual(
      expect.arrayContaining(["LICENSE", "NOTICES.txt", "README.md", "schemas/config.schema.json"]),
    );
    expect(files.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))).toEqual([]);
    expect(readFileSync(join(at, "NOTICES.txt"), "utf8")).toMatch(/^zod \d/m);
  });

  it(
    "its command lists, runs and draws what ships, in a folder that is no repository",
    () => {
      const home = mkdtempSync(join(out, "home-"));
      expect(attractor(home, "--version").stdout).toMatch(/^attractor \d+\.\d+\.\d+\n$/);
      expect(attractor(home, "new").stdout).toContain("quickstart");
      const run = attractor(home, "run", "hello", "--json");
      expect([run.status, run.stderr]).toEqual([0, ""]);
      expect(JSON.parse(run.stdout)).toMatchObject({ status: "success" });
      expect(attractor(home, "graph", "hello").stdout).toContain("<svg");
      const detached = attractor(home, "run", "hello", "--detach");
      expect([detached.status, detached.stdout]).toEqual([0, expect.stringContaining("detached=true")]);
    },
    LONG,
  );

  it(
    "R-GH-17: in a project of somebody's it writes workflows that run the release's action, not that project",
    () => {
      const git = (...args: string[]) => execFileSync("git", ["-C", empty, ...args], { stdio: "ignore" });
      git("init");
      git("remote", "add", "origin", "https://github.com/alice/shop.git");
      const { status, stdout, stderr } = attractor(empty, "init");
      rmSync(join(empty, ".git"), { recursive: true });
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/The jobs run the action attractor\/attractor@v\d+\.\d+\.\d+\./);
    },
    LONG,
  );

  it.each(["attractor", "attractor/ledger-contract"])(
    "%s says what to do where the Node is too old",
    (name) => {
      const older = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
import("${name}").catch(({ message }) => console.log(message));`;
      const { stdout, stderr } = spawnSync(process.execPath, ["--eval", older], {
        cwd: empty,
        encoding: "utf8",
      });
      expect([stdout, stderr]).toEqual([
        expect.stringMatching(/^attractor needs Node 24 or newer, and this is 20\.20\.2: .*`npx node FILE`/),
        "",
      ]);
    },
  );

  it(
    "R-LANG-7: the ten lines of the page run, with types that a program is held to",
    () => {
      writeFileSync(join(empty, "example.mjs"), example);
      const ran = spawnSync(process.execPath, ["example.mjs"], { cwd: empty, encoding: "utf8" });
      expect([ran.status, ran.stderr]).toEqual([0, ""]);
      const lines = ran.stdout.trim().split("\n");
      expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual(["run_started", "run_completed", "success"]);
      expect(example.trim().split("\n").length).toBeLessThanOrEqual(12);

      cpSync(join(ROOT, "node_modules/zod"), join(empty, "node_modules/zod"), { recursive: true });
      const typed = `import { run, type Pipeline, type StageRunner } from "attractor";
const ok: StageRunner = async ({ stage }) => ({ outcome: { status: "success", notes: stage.id }, evidence: {}, durationMs: 0 });
const { final } = await run("digraph g {}", { workdir: ".", handlers: { ok }, onEvent: ({ event }) => event.toUpperCase() });
const status: string | undefined = final?.status;
const stages = (pipeline: Pipeline) => [...pipeline.stages.keys()];
export const all = [status, stages];
`;
      const check = (name: string, text: string) => {
        writeFileSync(join(empty, name), text);
        const flags = [
          "--noEmit",
          "--strict",
          "--module",
          "nodenext",
          "--target",
          "es2024",
          "--typeRoots",
          join(ROOT, "node_modules/@types"),
          "--types",
          "node",
        ];
        return spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...flags, name], {
          cwd: empty,
          encoding: "utf8",
        });
      };
      const good = check("typed.ts", typed);
      expect([good.stdout, good.status]).toEqual(["", 0]);
      const bad = check("wrong.ts", typed.replace("final?.status", "final?.stat").replace('"success"', "1"));
      expect(bad.stdout.match(/error TS\d+/g)).toHaveLength(2);
    },
    LONG,
  );
});
