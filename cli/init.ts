/** `attractor init`: what a repository needs to run graphs on GitHub. Never writes over a file that is there. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { options, UsageError } from "./options.ts";
import { CALLED_BY, type Durability, type Setup, setupFiles } from "./setup/files.ts";

const USAGE = `usage: attractor init [--app] [--durability stage|job] [DIR]

Writes the workflow that runs graphs, the one that obeys comments, a configuration and a first graph into the repository
at DIR (the current folder). With --app the Attractor app decides, and no second workflow is needed.
--durability job: stages run in jobs that may write nothing, with sudo and docker; a lost runner loses its whole job.
stage, the default: stages run as a user of their own; a lost runner loses what ran since the last push.
Nothing is written when one of the files is there already.
`;

export async function runInit(args: readonly string[], terminal: Terminal): Promise<number> {
  let asked: Setup & { help: boolean; folder: string };
  try {
    const { values, positionals } = options(args, {
      app: { type: "boolean", default: false },
      durability: { type: "string", default: "stage" },
      help: { type: "boolean", short: "h", default: false },
    });
    if (positionals.length > 1) throw new UsageError("name one folder only");
    const { app, help, durability } = values;
    if (!isDurability(durability)) throw new UsageError("--durability takes stage or job");
    asked = { app, help, durability, folder: resolve(positionals[0] ?? ".") };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`attractor init: ${error.message}\n${USAGE}`);
    return EXIT.invalid;
  }
  if (asked.help) {
    terminal.out(USAGE);
    return EXIT.success;
  }
  if (!existsSync(join(asked.folder, ".git"))) {
    terminal.err(`attractor init: ${asked.folder} is not the top of a git repository\n`);
    return EXIT.invalid;
  }
  const files = setupFiles(asked);
  const there = files.filter(({ path }) => existsSync(join(asked.folder, path)));
  if (there.length > 0) {
    const names = there.map(({ path }) => `  ${path}\n`).join("");
    terminal.err(
      `attractor init: nothing was written, because these exist:\n${names}Move them away, or compare them with \`attractor doctor\`.\n`,
    );
    return EXIT.invalid;
  }
  for (const { path, text } of files) {
    mkdirSync(dirname(join(asked.folder, path)), { recursive: true });
    writeFileSync(join(asked.folder, path), text, { flag: "wx" });
  }
  const width = Math.max(...files.map(({ path }) => path.length));
  terminal.out(files.map(({ path, why }) => `${path.padEnd(width)}  ${why}\n`).join(""));
  terminal.out(`
Next: commit these and push them to the default branch, where GitHub looks for workflows.
Then: Actions, "Attractor", "Run workflow"; or comment /attractor run graphs/hello.dot on a pull request.
\`attractor doctor\` says what is still missing.
`);
  return EXIT.success;
}

const isDurability = (text: string): text is Durability => Object.hasOwn(CALLED_BY, text);
