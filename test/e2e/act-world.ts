/** The product as published, played by act on the box's API and git: an executor that is not ours. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { z } from "zod";
import type { RunAttempt } from "../../box/actions/port.ts";
import type { Box } from "../../box/box.ts";
import { startBox } from "../../box/server.ts";
import type { User } from "../../box/state/model.ts";
import type { Repository } from "../../box/state/records.ts";
import { git } from "../git/git-world.ts";
import { putFiles } from "../put-files.ts";
import { ACTION } from "./support.ts";

const root = resolve(import.meta.dirname, "../..");

/** The one action that act cannot run: its artifact service is older than that client. */
const UPLOAD = {
  "action.yml":
    "name: u\ndescription: u\ninputs: { name: {}, path: {}, if-no-files-found: {}, include-hidden-files: {} }\nruns: { using: node24, main: index.js }\n",
  "index.js": `require("node:fs").cpSync(process.env.INPUT_PATH, process.env.ARTIFACTS + "/" + process.env.INPUT_NAME, { recursive: true });`,
};

export interface ActWorld {
  readonly box: Box;
  readonly ada: User;
  readonly repository: Repository;
  /** Holds a folder for each artifact. */
  readonly artifacts: string;
  /** Runs that the box has queued and nobody has played. */
  readonly queued: RunAttempt[];
  /** One workflow run; what its steps and jobs said. */
  play(
    file: string,
    run: { readonly id: number; readonly token: string; readonly inputs?: object },
  ): Promise<Played>;
}

interface Played {
  readonly says: readonly string[];
  /** Those that ended, by their keys in the file, with how. */
  readonly jobs: readonly string[];
  readonly log: string;
}

export async function actWorld(files: Readonly<Record<string, string>>): Promise<ActWorld> {
  const place = mkdtempSync(join(tmpdir(), "act-product-"));
  const queued: RunAttempt[] = [];
  const box = await startBox({
    limits: "off",
    executor: () => ({ queued: (run) => queued.push(run), cancel() {}, async close() {} }),
  });
  onTestFinished(async () => {
    await box.close();
    rmSync(place, { recursive: true, force: true });
  });
  const product = join(place, "product");
  for (const path of ["action.yml", "action", "dist"])
    cpSync(join(root, path), join(product, path), { recursive: true });
  putFiles(join(place, "upload"), UPLOAD);
  const published = readFileSync(join(product, "action.yml"), "utf8");
  const pin = /actions\/upload-artifact@([0-9a-f]{40})/.exec(published)?.[1] ?? "";
  const ada = box.user("ada");
  const repository = await box.createRepository({ owner: ada, name: "game", files });
  const checkout = join(place, "checkout");
  await git(place, "clone", "-q", repository.gitDir, checkout);
  const artifacts = join(place, "artifacts");
  const fixed = [
    ...[
      "-C",
      checkout,
      "-P",
      "ubuntu-latest=-self-hosted",
      "--rm",
      "--json",
      "--no-cache-server",
      "-a",
      "ada",
    ],
    ...["--action-cache-path", join(place, "cache"), "--artifact-server-addr", "127.0.0.1"],
    ...["env", "secret", "var", "input"].flatMap((kind) => [`--${kind}-file`, "/dev/null"]),
    ...["--local-repository", `${ACTION}=${product}`],
    ...["--local-repository", `actions/upload-artifact@${pin}=${join(place, "upload")}`],
  ];
  return {
    ...{ box, ada, repository, artifacts, queued },
    async play(file, { id, token, inputs = {} }) {
      const event = join(place, `event-${id}.json`);
      writeFileSync(event, JSON.stringify({ inputs, ref: "refs/heads/main" }));
      const env = {
        GITHUB_API_URL: box.apiUrl,
        GITHUB_SERVER_URL: box.url,
        GITHUB_REPOSITORY: repository.fullName,
        GITHUB_RUN_ID: String(id),
        GITHUB_WORKFLOW_REF: `${repository.fullName}/${file}@refs/heads/main`,
        ARTIFACTS: artifacts,
      };
      const log = await act(place, [
        ...["workflow_dispatch", "-W", file, "-e", event, "-s", `GITHUB_TOKEN=${token}`, ...fixed],
        ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ]);
      return { says: messagesIn(log), jobs: jobsIn(log), log };
    },
  };
}

function act(home: string, args: readonly string[]): Promise<string> {
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

const Line = z.object({
  msg: z.string(),
  jobID: z.string().optional(),
  jobResult: z.string().optional(),
});

const linesIn = (log: string): z.infer<typeof Line>[] =>
  log
    .split("\n")
    .filter((text) => text.startsWith("{"))
    .map((text) => Line.safeParse(JSON.parse(text)))
    .flatMap((parsed) => (parsed.success ? [parsed.data] : []));

const messagesIn = (log: string): readonly string[] =>
  linesIn(log)
    .flatMap(({ msg }) => msg.split("\n"))
    .map((text) => text.trim());

const jobsIn = (log: string): readonly string[] =>
  linesIn(log).flatMap(({ jobID, jobResult }) => (jobID && jobResult ? [`${jobID} ${jobResult}`] : []));
