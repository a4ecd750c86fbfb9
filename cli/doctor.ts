/** `attractor doctor`: why runs on GitHub would not start, or not go on, before GitHub says so or says nothing. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Arguments, command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Terminal } from "./io.ts";
import { UsageError } from "./options.ts";
import { actionNamed, labelsNamed, type SetupFinding, secretsNamed } from "./setup/caller-findings.ts";
import { type GitHubAccess, runnerFindings, secretFindings } from "./setup/github-findings.ts";
import { type IdleCost, idleText } from "./setup/idle-cost.ts";
import { liveFindings } from "./setup/live-findings.ts";
import type { LiveReport } from "./setup/live-probe.ts";
import { localSetup } from "./setup/local-findings.ts";
import { settingsFindings } from "./setup/settings-findings.ts";

const USAGE = `usage: attractor doctor [--json] [--repo OWNER/NAME [--live]] [DIR]

Looks at the repository at DIR (the current folder): the workflow that calls ours, its permissions and inputs,
whether it is on the default branch, the configuration, what looking after runs costs. With --repo and GITHUB_TOKEN also at the secrets and
runners it names, and at the actions that may run there.
--live asks GitHub what only it can tell, in about a minute: it makes a hidden ref in that repository, moves it, is refused
where it must be and measures how long reads lag behind; dispatches the caller, whose job tells what its own token and the
runner's image allow and runs no graph; and with APP_ID and PRIVATE_KEY (or PRIVATE_KEY_PATH) asks the same of the app's
token. Refs and workflow run are deleted again, also when it is interrupted. GITHUB_TOKEN needs contents and actions write.
Exit code: 0 when runs can start, 2 when something would keep them from it, 3 when --live was interrupted.
`;

interface Asked {
  readonly json: boolean;
  readonly repository: string | null;
  readonly live: boolean;
  readonly folder: string;
}

const KNOWN = {
  json: { type: "boolean", default: false },
  repo: { type: "string" },
  live: { type: "boolean", default: false },
} as const;

export const runDoctor = command({
  name: "doctor",
  usage: USAGE,
  options: KNOWN,
  run: (given, terminal) => examine(read(given), terminal),
});

async function examine(asked: Asked, terminal: Terminal): Promise<number> {
  const { findings, callers, idle } = localSetup(asked.folder);
  const all = [...findings];
  const token = process.env.GITHUB_TOKEN ?? process.env.GH_TOKEN ?? "";
  const apiUrl = process.env.GITHUB_API_URL ?? "https://api.github.com";
  if (asked.repository !== null) {
    const access = { apiUrl, repository: asked.repository, token };
    for (const [file, text] of callers) {
      all.push(...(await secretFindings(access, file, secretsNamed(text))));
      all.push(...(await runnerFindings(access, file, labelsNamed(text))));
      all.push(...(await settingsFindings(access, file, actionNamed(text))));
    }
  }
  let live: LiveReport | null = null;
  if (asked.live && asked.repository !== null) {
    if (token === "") {
      terminal.err(`attractor doctor: --live needs GITHUB_TOKEN or GH_TOKEN\n`);
      return EXIT.invalid;
    }
    live = await probe({ apiUrl, repository: asked.repository, token }, callers, terminal);
    all.push(...liveFindings(asked.repository, live));
  }
  terminal.out(
    asked.json ? jsonOf(all, live, idle) : `${live ? probesOf(live) : ""}${textOf(all)}\n${idleText(idle)}`,
  );
  if (live?.interrupted) return EXIT.canceled;
  return all.some(({ severity }) => severity === "error") ? EXIT.invalid : EXIT.success;
}

function read({ values, positionals }: Arguments<typeof KNOWN>): Asked {
  if (positionals.length > 1) throw new UsageError("name one folder only");
  const folder = resolve(positionals[0] ?? ".");
  if (!existsSync(join(folder, ".git"))) throw new UsageError(`${folder} is not the top of a git repository`);
  if (values.repo !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(values.repo))
    throw new UsageError("--repo takes OWNER/NAME");
  if (values.live && values.repo === undefined) throw new UsageError("--live needs --repo OWNER/NAME");
  return { json: values.json, repository: values.repo ?? null, live: values.live, folder };
}

async function probe(
  access: GitHubAccess,
  callers: ReadonlyMap<string, string>,
  terminal: Terminal,
): Promise<LiveReport> {
  const { probeLive } = await import("./setup/live-probe.ts");
  const kill = () =>
    terminal.err(
      "ended before what the probe made was deleted; the next `doctor --live` after an hour deletes it\n",
    );
  const interrupt = onInterrupt((signal) => terminal.err(`${signal}: deleting what was made\n`), kill);
  try {
    const progress = (line: string) => terminal.err(`${line}\n`);
    return await probeLive({ access, callers, stop: interrupt.signal, progress });
  } finally {
    interrupt.done();
  }
}

const jsonOf = (findings: readonly SetupFinding[], live: LiveReport | null, idle: IdleCost): string =>
  `${JSON.stringify({ findings, idle, ...(live ? { live } : {}) }, null, 2)}\n`;

const probesOf = ({ probes, notProbed }: LiveReport): string => {
  const told = probes.map(({ name, ok, said }) => `${ok ? "ok " : "NOT"} ${name}: ${said}\n`);
  return `${[...told, ...notProbed.map((what) => `Not probed: ${what}\n`)].join("")}\n`;
};

function textOf(findings: readonly SetupFinding[]): string {
  if (findings.length === 0) return "Nothing is in the way of a run.\n";
  return findings
    .map(
      ({ code, severity, file, title, advice }) => `${severity} ${code}  ${file}\n  ${title}\n  ${advice}\n`,
    )
    .join("\n");
}
