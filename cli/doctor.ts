/** `attractor doctor`: why runs on GitHub would not start, or not go on, before GitHub says so or says nothing. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { options, UsageError } from "./options.ts";
import { type SetupFinding, secretsNamed } from "./setup/caller-findings.ts";
import { secretFindings } from "./setup/github-findings.ts";
import { localSetup } from "./setup/local-findings.ts";

const USAGE = `usage: attractor doctor [--json] [--repo OWNER/NAME] [DIR]

Looks at the repository at DIR (the current folder): the workflow that calls ours, its permissions and inputs,
whether it is on the default branch, the configuration. With --repo and GITHUB_TOKEN also at the secrets it names.
Exit code: 0 when runs can start, 2 when something would keep them from it.
`;

interface Asked {
  readonly json: boolean;
  readonly help: boolean;
  readonly repository: string | null;
  readonly folder: string;
}

export async function runDoctor(args: readonly string[], terminal: Terminal): Promise<number> {
  let asked: Asked;
  try {
    asked = read(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`attractor doctor: ${error.message}\n${USAGE}`);
    return EXIT.invalid;
  }
  if (asked.help) {
    terminal.out(USAGE);
    return EXIT.success;
  }
  const { findings, callers } = localSetup(asked.folder);
  const all = [...findings];
  const token = process.env.GITHUB_TOKEN ?? process.env.GH_TOKEN ?? "";
  if (asked.repository !== null) {
    const apiUrl = process.env.GITHUB_API_URL ?? "https://api.github.com";
    for (const [file, text] of callers)
      all.push(
        ...(await secretFindings({ apiUrl, repository: asked.repository, token }, file, secretsNamed(text))),
      );
  }
  terminal.out(asked.json ? `${JSON.stringify({ findings: all }, null, 2)}\n` : textOf(all));
  return all.some(({ severity }) => severity === "error") ? EXIT.invalid : EXIT.success;
}

function read(args: readonly string[]): Asked {
  const { values, positionals } = options(args, {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
    repo: { type: "string" },
  });
  if (positionals.length > 1) throw new UsageError("name one folder only");
  const folder = resolve(positionals[0] ?? ".");
  if (!values.help && !existsSync(join(folder, ".git")))
    throw new UsageError(`${folder} is not the top of a git repository`);
  if (values.repo !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(values.repo))
    throw new UsageError("--repo takes OWNER/NAME");
  return { json: values.json, help: values.help, repository: values.repo ?? null, folder };
}

function textOf(findings: readonly SetupFinding[]): string {
  if (findings.length === 0) return "Nothing is in the way of a run.\n";
  return findings
    .map(
      ({ code, severity, file, title, advice }) => `${severity} ${code}  ${file}\n  ${title}\n  ${advice}\n`,
    )
    .join("\n");
}
