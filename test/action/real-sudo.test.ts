import { spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { startBox } from "../../box/server.ts";
import { actionOptions } from "../../scripts/bundle-options.ts";
import { git } from "../git/git-world.ts";
import { ordinaryUser } from "./ordinary-user.ts";

/** A person's token stands for the job's. */
const CANARY = readFileSync(resolve(import.meta.dirname, "../e2e/canary.sh"), "utf8").replace(
  "needle='ghs_",
  "needle='gh[ps]_",
);
const GRAPH = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  look [shape=parallelogram, tool_command="sh canary.sh"]; who [shape=parallelogram, tool_command="id -un; id -u > who.txt"]
  start -> look; look -> who; who -> exit }`;

it("R-GH-9: the driver of an ordinary user goes by sudo: its token is in no environment, stages are another user, the canary finds nothing, and what it leaves is the user's", async () => {
  const user = ordinaryUser();
  if (user === null) return;
  const root = mkdtempSync(join(tmpdir(), "real-sudo-"));
  const box = await startBox({ limits: "off" });
  onTestFinished(async () => {
    await box.close();
    rmSync(root, { recursive: true, force: true });
  });
  const ada = box.user("ada");
  const files = { "graphs/g.dot": GRAPH, "canary.sh": CANARY };
  const repository = await box.createRepository({ owner: ada, name: "game", files });
  const token = box.tokenOf(ada);
  const dist = join(root, "dist");
  await build({ ...actionOptions, entryPoints: ["action/main.ts"], outdir: dist });
  const temp = join(root, "_temp");
  mkdirSync(temp);
  for (const name of ["output", "summary"]) writeFileSync(join(temp, name), "");
  for (const path of [root, temp, join(temp, "output"), join(temp, "summary")])
    chownSync(path, user.uid, user.gid);

  const env = {
    ...{ PATH: process.env.PATH, HOME: root, GITHUB_ACTIONS: "true", RUNNER_TEMP: temp },
    ...{ GITHUB_REPOSITORY: "ada/game", GITHUB_SERVER_URL: box.url, GITHUB_API_URL: box.apiUrl },
    ...{ GITHUB_RUN_ID: "42", GITHUB_RUN_ATTEMPT: "1", GITHUB_REF: "refs/heads/main", GITHUB_ACTOR: "ada" },
    GITHUB_SHA: await git(repository.gitDir, "rev-parse", "refs/heads/main"),
    GITHUB_WORKFLOW_REF: "ada/game/.github/workflows/own.yml@refs/heads/main",
    ...{ GITHUB_OUTPUT: join(temp, "output"), GITHUB_STEP_SUMMARY: join(temp, "summary") },
    ...{
      INPUT_PART: "single",
      INPUT_GRAPH: "graphs/g.dot",
      INPUT_TOKEN: token,
      INPUT_TIMEOUT_MINUTES: "60",
    },
  };
  const child = spawn(process.execPath, [join(dist, "main.mjs")], { env, cwd: root, ...user });
  let said = "";
  const environments = new Set<string>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said += chunk;
      for (const pid of descendants(child.pid!)) environments.add(readable(`/proc/${pid}/environ`));
    });
  const code = await new Promise((ended) => child.once("exit", ended));
  expect(code, said).toBe(0);
  expect(
    [...environments].filter((text) => text.includes("ATTRACTOR_DRIVER_PATH")),
    said,
  ).not.toEqual([]);
  expect([...environments].filter((text) => text.includes(token))).toEqual([]);
  const show = (path: string) => git(repository.gitDir, "show", `refs/heads/attractor/run/r42:${path}`);
  expect(said).toContain("attractor-stage");
  expect([0, user.uid]).not.toContain(Number(await show("who.txt")));
  expect(await show("found.txt")).toBe("");
  // The steps after it are the user's again: they upload this, and the runner empties the folder.
  expect(existsSync(join(temp, "attractor-result", "final.json"))).toBe(true);
  expect(owned(temp).filter(([, uid]) => uid !== user.uid)).toEqual([]);
}, 120_000);

function descendants(of: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(
      (name) =>
        [Number(name), Number(/^PPid:\s+(\d+)/m.exec(readable(`/proc/${name}/status`))?.[1])] as const,
    );
  const below = (pid: number): number[] => {
    const children = parents.flatMap(([child, parent]) => (parent === pid ? [child] : []));
    return [...children, ...children.flatMap(below)];
  };
  return below(of);
}

function readable(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const owned = (folder: string): [string, number][] =>
  readdirSync(folder, { recursive: true }).map((name) => {
    const path = join(folder, String(name));
    return [path, lstatSync(path).uid];
  });
