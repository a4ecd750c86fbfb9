/**
 * Runs actionlint and zizmor (pedantic) over the workflows and actions of the folder it is started in, and over the
 * workflows that `attractor init` writes: a user's own linters must find nothing in them either.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { defaultJobs, type Jobs } from "../engine/config/jobs.ts";
import { workflowFiles } from "../github/workflows/init-files.ts";

const here = globSync(".github/workflows/*.{yml,yaml}").sort();
const actions = globSync([
  "action.{yml,yaml}",
  ".github/actions/*/action.{yml,yaml}",
  "action/*/action.{yml,yaml}",
]).sort();
const place = mkdtempSync(join(tmpdir(), "attractor-init-"));
// Pinned, as a user who lints must pin them.
const action = `attractor/attractor@${"0".repeat(40)}`;
const image = `node@sha256:${"0".repeat(64)}`;
const VARIANTS = {
  workflow: {},
  app: { coordinator: "app" },
  privileged: { privileged: "allow" },
  "read-only": { contents: "read" },
  copilot: { contents: "read", copilot_requests: true },
  full: {
    runs_on: { group: "big", labels: ["linux"] },
    environment: "production",
    container: { image },
    steps: [{ run: "make tools" }],
    secrets: ["ANTHROPIC_API_KEY"],
    pull_request_token: "PULL_REQUEST_TOKEN",
    timezone: "Europe/Berlin",
    retention_days: 7,
  },
} satisfies Record<string, Partial<Jobs>>;
const written = Object.entries(VARIANTS).flatMap(([name, jobs]) =>
  workflowFiles({ action, jobs: { ...defaultJobs(), ...jobs } }).map(({ path, text }) => {
    const file = join(place, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }),
);
const workflows = [...here, ...written];
/** actionlint, up to 1.7.12, knows no permission `copilot-requests`, and says so of a user's file too. */
const asksCopilot = (file: string): boolean => file.startsWith(join(place, "copilot"));

const linters = [
  { name: "actionlint", files: workflows.filter((file) => !asksCopilot(file)), args: [] },
  {
    name: "zizmor",
    files: [...workflows, ...actions],
    args: ["--pedantic", "--offline", "--no-progress", "--strict-collection"],
  },
];

const onPath = (name: string): boolean =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));

let failed = false;
for (const { name, files, args } of linters) {
  if (!onPath(name)) {
    console.log(`${name}: not run: ${name} not installed`);
  } else {
    console.log(`${name}: ${files.length} files`);
    const { status, error } = spawnSync(name, [...args, ...files], { stdio: "inherit" });
    if (error !== undefined) console.error(`${name}: ${error.message}`);
    failed ||= status !== 0;
  }
}
rmSync(place, { recursive: true });
process.exitCode = failed ? 1 : 0;
