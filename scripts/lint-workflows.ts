/** Runs actionlint and zizmor (pedantic) over the workflows and actions of the folder it is started in. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { delimiter, join } from "node:path";

const workflows = globSync(".github/workflows/*.{yml,yaml}").sort();
const actions = globSync(["action.{yml,yaml}", ".github/actions/*/action.{yml,yaml}"]).sort();

/** Newer than actionlint 1.7.12: references to the own repository (`$/`), and `concurrency.queue`. */
const UNKNOWN_TO_ACTIONLINT = [
  'specifying action "\\$/[^"]*" in invalid format',
  'reusable workflow call "\\$/[^"]*" at "uses"',
  'unexpected key "queue" for "concurrency" section',
];

const linters = [
  { name: "actionlint", files: workflows, args: UNKNOWN_TO_ACTIONLINT.flatMap((text) => ["-ignore", text]) },
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
  if (files.length === 0) {
    console.log(`${name}: nothing to check`);
  } else if (!onPath(name)) {
    console.log(`${name}: not run: ${name} not installed`);
  } else {
    console.log(`${name}: ${files.length} files`);
    const { status, error } = spawnSync(name, [...args, ...files], { stdio: "inherit" });
    if (error !== undefined) console.error(`${name}: ${error.message}`);
    failed ||= status !== 0;
  }
}
process.exitCode = failed ? 1 : 0;
