/** `attractor prune`: takes away what ended runs left in the repository and on its remote. */
import { asJson } from "../engine/as-json.ts";
import { parseDuration } from "../engine/graph/duration.ts";
import { readConfig } from "../engine/local/config-file.ts";
import { prune } from "../engine/local/prune.ts";
import { type PruneItem, planPrune } from "../engine/local/prune-plan.ts";
import { planRemotePrune, pruneRemote } from "../engine/local/prune-remote.ts";
import type { PruneOptions } from "../engine/local/prune-verdict.ts";
import { command, noWords } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./io.ts";
import { UsageError } from "./options.ts";
import { workFolder } from "./work-folder.ts";

const USAGE = `usage: attractor prune [options]

Lists what ended runs left behind and why each goes or stays: run folders with their worktrees, the refs under
refs/attractor/RUN, and run branches. With --yes it takes them away. A run that is driven, that waits or that has no end
stays, and so does a branch that is checked out or was moved since. Work that is on no other branch is lost: merge first.

  --older-than AGE     runs that ended so long ago (default: 30d)
  --run-id ID          only this run, whatever its age
  --workdir DIR        the repository (default: here)
  --config FILE        configuration, YAML or JSON (default: .github/attractor.yml where there is one)
  --remote[=NAME]      also hidden refs and run branches of runs that ended there (default: origin)
  --yes                does it
  --json               prints the plan, and with --yes what came of it

Exit code: 0, or 1 when something that was to go could not be taken away.
`;

const KNOWN = {
  "older-than": { type: "string", default: "30d" },
  "run-id": { type: "string" },
  workdir: { type: "string", default: "." },
  config: { type: "string" },
  remote: { type: "string" },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export const runPrune = command({
  name: "prune",
  usage: USAGE,
  options: KNOWN,
  complete: (args) => args.map((arg) => (arg === "--remote" ? "--remote=origin" : arg)),
  async run({ values, positionals }, terminal) {
    noWords(positionals, "name a run with --run-id");
    const age = parseDuration(values["older-than"]);
    if (!age.ok) throw new UsageError(`--older-than: ${age.error}; ${age.fix}`);
    const workdir = workFolder(values.workdir);
    const wanted = {
      workdir,
      olderThanMs: age.value,
      runId: values["run-id"] ?? null,
      branchPrefix: readConfig(values.config ?? null, workdir).config.git.run_branch_prefix,
      now: Date.now(),
    };
    return await go(wanted, { remote: values.remote ?? null, yes: values.yes, json: values.json }, terminal);
  },
});

interface Flags {
  readonly remote: string | null;
  readonly yes: boolean;
  readonly json: boolean;
}

type Told = PruneItem & { readonly remote?: string; readonly pruned?: boolean; readonly problem?: string };

async function go(wanted: PruneOptions, { remote, yes, json }: Flags, terminal: Terminal): Promise<number> {
  const local = await planPrune(wanted);
  const far = remote === null ? [] : await planRemotePrune(remote, wanted);
  if (wanted.runId !== null && local.length + far.length === 0)
    throw new UsageError(`there is no run ${wanted.runId} in ${wanted.workdir}`);
  const told: Told[] = [
    ...(await done(local, yes, (item) => prune(item, wanted))),
    ...(await done(far, yes, (item) => pruneRemote(item, remote ?? "", wanted))).map((item) => ({
      ...item,
      remote: remote ?? "",
    })),
  ];
  if (json) terminal.out(asJson({ dry_run: !yes, runs: told }));
  else terminal.out(text(told, yes));
  return told.some(({ problem }) => problem !== undefined) ? EXIT.failed : EXIT.success;
}

async function done(
  items: readonly PruneItem[],
  yes: boolean,
  act: (item: PruneItem) => Promise<string | null>,
): Promise<Told[]> {
  const told: Told[] = [];
  for (const item of items) {
    const problem = yes && item.prune ? await act(item) : null;
    told.push({
      ...item,
      ...(yes ? { pruned: item.prune && problem === null } : {}),
      ...(problem === null ? {} : { problem }),
    });
  }
  return told;
}

function text(told: readonly Told[], yes: boolean): string {
  if (told.length === 0) return "no runs here\n";
  const lines = told.flatMap((item) => {
    const where = item.remote === undefined ? "" : ` on ${item.remote}`;
    const word = !item.prune ? "stays" : item.problem ? "FAILED" : yes ? "gone" : "goes";
    const head = `${word.padEnd(6)} ${item.run_id}${where} (${item.status}): ${item.problem ?? item.why}`;
    if (!item.prune) return [head];
    return [
      head,
      ...(item.folder === null ? [] : [`         ${item.folder}`]),
      ...item.refs.map(({ ref }) => `         ${ref}`),
      ...item.kept.map((why) => `         stays: ${why}`),
    ];
  });
  const going = told.some((item) => item.prune);
  const next = yes ? [] : ["", going ? "next: the same with --yes takes these away" : "nothing goes"];
  return `${[...lines, ...next].join("\n")}\n`;
}
