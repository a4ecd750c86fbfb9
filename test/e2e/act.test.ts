/** act as a second opinion on the action itself: an executor that is not ours runs it as published, on the box's API and git. */
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { startBox } from "../../box/server.ts";
import { actInstalled } from "../box/executor/support/act.ts";
import { git } from "../git/git-world.ts";

const root = resolve(import.meta.dirname, "../..");
const GRAPH = `digraph g { graph [goal="two branches"]
  start [shape=Mdiamond]; exit [shape=Msquare]; fan [shape=component]; join [shape=tripleoctagon, merge=all]
  a [shape=parallelogram, tool_command="echo a > a.txt"]; b [shape=parallelogram, tool_command="echo b > b.txt"]
  start -> fan; fan -> a; fan -> b; a -> join; b -> join; join -> exit }`;
const WORKFLOW = `on: workflow_dispatch
jobs:
  game:
    runs-on: ubuntu-latest
    steps:
      - id: run
        uses: attractor/attractor@v1
        with: { graph: graphs/g.dot }
      - run: echo "SAY \${{ steps.run.outputs.status }} \${{ steps.run.outputs.run-id }}"
`;
/** The one action that act cannot run: its artifact service is older than that client. */
const UPLOAD = {
  "action.yml":
    "name: u\ndescription: u\ninputs: { name: {}, path: {}, if-no-files-found: {}, include-hidden-files: {} }\nruns: { using: node24, main: index.js }\n",
  "index.js": `require("node:fs").cpSync(process.env.INPUT_PATH, process.env.ARTIFACTS + "/" + process.env.INPUT_NAME, { recursive: true });`,
};
const line = z.object({ msg: z.string() });

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

it("R-GH-1: act runs the action as it is published, its work and its artifact are there", async () => {
  if (!actInstalled) return console.warn("not run: act is not installed");
  const place = mkdtempSync(join(tmpdir(), "act-product-"));
  const box = await startBox({ limits: "off" });
  onTestFinished(async () => {
    await box.close();
    rmSync(place, { recursive: true, force: true });
  });
  const product = join(place, "product");
  for (const path of ["action.yml", "action", "dist"])
    cpSync(join(root, path), join(product, path), { recursive: true });
  const own = readFileSync(join(product, "action.yml"), "utf8");
  write(join(place, "upload"), UPLOAD);

  const ada = box.user("ada");
  const files = { "graphs/g.dot": GRAPH, ".github/workflows/game.yml": WORKFLOW };
  const repository = await box.createRepository({ owner: ada, name: "game", files });
  await git(place, "clone", "-q", repository.gitDir, "checkout");
  const pin = /actions\/upload-artifact@([0-9a-f]{40})/.exec(own)?.[1] ?? "";
  const said: string[] = [];
  const log = await act(
    [
      ...["workflow_dispatch", "-C", join(place, "checkout"), "-W", ".github/workflows/game.yml"],
      ...["-P", "ubuntu-latest=-self-hosted", "--rm", "--json", "--no-cache-server", "-a", "ada"],
      ...["--action-cache-path", join(place, "cache"), "--artifact-server-addr", "127.0.0.1"],
      ...["env", "secret", "var", "input"].flatMap((kind) => [`--${kind}-file`, "/dev/null"]),
      ...[
        `attractor/attractor@v1=${product}`,
        `actions/upload-artifact@${pin}=${join(place, "upload")}`,
      ].flatMap((one) => ["--local-repository", one]),
      ...Object.entries({
        GITHUB_API_URL: box.apiUrl,
        GITHUB_SERVER_URL: box.url,
        GITHUB_REPOSITORY: "ada/game",
        GITHUB_RUN_ID: "4711",
        ARTIFACTS: join(place, "artifacts"),
      }).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...["-s", `GITHUB_TOKEN=${box.tokenOf(ada)}`],
    ],
    place,
  );
  for (const text of log.split("\n").filter((one) => one.startsWith("{"))) {
    const parsed = line.safeParse(JSON.parse(text));
    if (parsed.success) said.push(...parsed.data.msg.split("\n"));
  }
  expect(
    said.map((text) => text.trim()),
    log,
  ).toContain("SAY success r4711");
  const [artifact = ""] = readdirSync(join(place, "artifacts"));
  expect(existsSync(join(place, "artifacts", artifact, "final.json"))).toBe(true);
  const tree = await git(repository.gitDir, "ls-tree", "--name-only", "refs/heads/attractor/run/r4711");
  expect(tree.split("\n")).toEqual(expect.arrayContaining(["a.txt", "b.txt"]));
}, 120_000);

function act(args: readonly string[], home: string): Promise<string> {
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: home,
    XDG_CACHE_HOME: join(home, "xdg"),
    LANG: "C.UTF-8",
    ACT_DISABLE_VERSION_CHECK: "1",
    DOCKER_HOST: "unix:///nonexistent",
  };
  return new Promise((done) => {
    execFile("act", args, { env, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      done(`${stdout}\n${stderr}`),
    );
  });
}
