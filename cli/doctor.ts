/** `attractor doctor`: why runs on GitHub would not start, or not go on, before GitHub says so or says nothing. */

import { resolve } from "node:path";
import { asJson } from "../engine/as-json.ts";
import { CONFIG_PATH } from "../github/workflows/init-files.ts";
import { type Arguments, command } from "./command.ts";
import { agreed, canAsk } from "./confirm.ts";
import { EXIT } from "./exit-codes.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Terminal } from "./io.ts";
import { UsageError } from "./options.ts";
import { acceptanceJobs } from "./setup/acceptance/jobs-planned.ts";
import { LIMITS, madeText, nothingMade } from "./setup/acceptance/playing.ts";
import { tableOf } from "./setup/acceptance/report-text.ts";
import type { SetupFinding } from "./setup/caller-findings.ts";
import type { GitHubAccess } from "./setup/github-findings.ts";
import { type IdleCost, idleText } from "./setup/idle-cost.ts";
import { liveFindings } from "./setup/live-findings.ts";
import type { LiveReport } from "./setup/live-probe.ts";
import { type LocalSetup, localSetup } from "./setup/local-findings.ts";
import { actionNamed, callerWays, environmentsNamed, labelSets, secretUses } from "./setup/read-caller.ts";
import { mustBeTop } from "./setup/repository-top.ts";
import { runnerFindings } from "./setup/runner-findings.ts";
import { environmentFindings, secretFindings } from "./setup/secret-findings.ts";
import { settingsFindings } from "./setup/settings-findings.ts";
import { tokenFindings } from "./setup/token-findings.ts";

const USAGE = `usage: attractor doctor [--json] [--repo OWNER/NAME [--live | --accept [--yes]]] [DIR]

Looks at the repository at DIR (the current folder): the workflow that calls ours, its permissions and inputs,
whether it is on the default branch, the configuration, what looking after runs costs. With --repo and GITHUB_TOKEN also at the secrets and
runners it names, at the actions that may run there, and at what the token of a job may do.
--live asks GitHub what only it can tell, in about a minute: it makes a hidden ref in that repository, moves it, is refused
where it must be and measures how long reads lag behind; dispatches the caller, whose job tells what its own token and the
runner's image allow and runs no graph; and with APP_ID and PRIVATE_KEY (or PRIVATE_KEY_PATH) asks the same of the app's
token. Refs and workflow run are deleted again, also when it is interrupted. GITHUB_TOKEN needs contents and actions write.
--accept does that, and then runs two graphs there in some minutes, in a branch that it deletes: one with two branches and a
question, which it answers, and one that it cancels. It prints what was assumed of GitHub beside what was seen, and a text for an
issue where they differ. It takes about eleven jobs, calls no model, says so before, and asks; --yes does not ask.
Exit code: 0 when runs can start, 2 when something would keep them from it, 3 when --live or --accept was interrupted
or not agreed to.
`;

interface Asked {
  readonly json: boolean;
  readonly repository: string | null;
  readonly live: boolean;
  /** Runs graphs too. */
  readonly accepts: boolean;
  readonly yes: boolean;
  readonly folder: string;
}

const KNOWN = {
  json: { type: "boolean", default: false },
  repo: { type: "string" },
  live: { type: "boolean", default: false },
  accept: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
} as const;

export const runDoctor = command({
  name: "doctor",
  usage: USAGE,
  options: KNOWN,
  run: (given, terminal) => examine(read(given), terminal),
});

async function examine(asked: Asked, terminal: Terminal): Promise<number> {
  const setup = localSetup(asked.folder);
  const { findings, callers, idle } = setup;
  const all = [...findings];
  const token = process.env.GITHUB_TOKEN ?? process.env.GH_TOKEN ?? "";
  const apiUrl = process.env.GITHUB_API_URL ?? "https://api.github.com";
  if (asked.repository !== null)
    all.push(...(await askGitHub({ apiUrl, repository: asked.repository, token }, setup)));
  let live: LiveReport | null = null;
  if (asked.live && asked.repository !== null) {
    if (token === "") {
      terminal.err(`attractor doctor: --live needs GITHUB_TOKEN or GH_TOKEN\n`);
      return EXIT.invalid;
    }
    if (asked.accepts && !asked.yes && !(await mayAccept(asked.repository, callers, terminal)))
      return EXIT.canceled;
    live = await probe({ apiUrl, repository: asked.repository, token }, callers, asked.accepts, terminal);
    all.push(...liveFindings(asked.repository, live));
  }
  terminal.out(
    asked.json ? jsonOf(all, live, idle) : `${live ? probesOf(live) : ""}${textOf(all)}\n${idleText(idle)}`,
  );
  if (live?.interrupted) return EXIT.canceled;
  return all.some(({ severity }) => severity === "error") ? EXIT.invalid : EXIT.success;
}

async function askGitHub(
  access: GitHubAccess,
  { callers, workflows, config }: LocalSetup,
): Promise<SetupFinding[]> {
  const found: SetupFinding[] = [];
  for (const [file, text] of callers) {
    const action = actionNamed(text);
    found.push(...(await secretFindings(access, file, secretUses(text))));
    found.push(...(await environmentFindings(access, file, environmentsNamed(text))));
    found.push(...(await runnerFindings(access, file, labelSets(text))));
    found.push(...(await settingsFindings(access, file, action)));
  }
  const [file = CONFIG_PATH, text = ""] = [...callers][0] ?? [];
  const action = actionNamed(text) ?? config.jobs?.action ?? null;
  return [...found, ...(await tokenFindings(access, { file, action, config, workflows }))];
}

function read({ values, positionals }: Arguments<typeof KNOWN>): Asked {
  if (positionals.length > 1) throw new UsageError("name one folder only");
  const folder = resolve(positionals[0] ?? ".");
  mustBeTop(folder);
  if (values.repo !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(values.repo))
    throw new UsageError("--repo takes OWNER/NAME");
  const { json, repo, live, accept: accepts, yes } = values;
  if ((live || accepts) && repo === undefined)
    throw new UsageError(`--${accepts ? "accept" : "live"} needs --repo OWNER/NAME`);
  if (yes && !accepts) throw new UsageError("--yes goes with --accept, which is all that asks");
  return { json, repository: repo ?? null, live: live || accepts, accepts, yes, folder };
}

/** It takes jobs, which may cost money: nobody is to be surprised by that. */
async function mayAccept(
  repository: string,
  callers: ReadonlyMap<string, string>,
  terminal: Terminal,
): Promise<boolean> {
  const jobs =
    callers.size +
    acceptanceJobs(Math.max(1, ...[...callers.values()].map((text) => callerWays(text).rounds)));
  terminal.err(`--accept takes about ${jobs} jobs of at most a minute or two each in ${repository}\n`);
  if (canAsk(terminal)) return agreed("Go on? [Y/n] ");
  throw new UsageError("nobody can be asked here; --yes takes these jobs without asking");
}

async function probe(
  access: GitHubAccess,
  callers: ReadonlyMap<string, string>,
  accepts: boolean,
  terminal: Terminal,
): Promise<LiveReport> {
  const { probeLive } = await import("./setup/live-probe.ts");
  const made = nothingMade();
  const kill = () => {
    const named = madeText(made) ?? "what the probe made";
    const next = `doctor --${accepts ? "accept" : "live"}`;
    terminal.err(`ended before this was deleted: ${named}; the next \`${next}\` after an hour deletes it\n`);
  };
  const interrupt = onInterrupt((signal) => terminal.err(`${signal}: deleting what was made\n`), kill);
  try {
    const progress = (line: string) => terminal.err(`${line}\n`);
    return await probeLive({
      ...{ access, callers, accepts: accepts ? LIMITS : null, made },
      ...{ stop: interrupt.signal, progress },
    });
  } finally {
    interrupt.done();
  }
}

const jsonOf = (findings: readonly SetupFinding[], live: LiveReport | null, idle: IdleCost): string =>
  asJson({ findings, idle, ...(live ? { live } : {}) });

const probesOf = ({ probes, notProbed, acceptance }: LiveReport): string => {
  const told = probes.map(({ name, ok, said }) => `${ok ? "ok " : "NOT"} ${name}: ${said}\n`);
  const lines = [...told, ...notProbed.map((what) => `Not probed: ${what}\n`)].join("");
  if (acceptance === null) return `${lines}\n`;
  const { seen, issue } = acceptance;
  const report = issue === null ? "" : `\nAs an issue for the action's repository:\n\n${issue}`;
  return `${lines}\n${tableOf(seen)}${report}\n`;
};

function textOf(findings: readonly SetupFinding[]): string {
  if (findings.length === 0) return "Nothing is in the way of a run.\n";
  return findings
    .map(
      ({ code, severity, file, title, advice }) => `${severity} ${code}  ${file}\n  ${title}\n  ${advice}\n`,
    )
    .join("\n");
}
