/** One call of a CLI with everything around it: its folder, its environment, its records. */
import type { Usage } from "../../core/outcome.ts";
import { redactor } from "../../redact/redact.ts";
import { noteProcess } from "../../stages/attempt.ts";
import { secretValues } from "../../stages/inherit-env.ts";
import type { Enclosed } from "../confine/sandbox.ts";
import { misconfigured } from "../misconfigured.ts";
import type { AgentReply, AgentRequest, AgentSession } from "../port.ts";
import { recordInvocation, recordProvider } from "../record.ts";
import { closeStatus, openStatus } from "../status-link.ts";
import type { OpenedAccess } from "./access.ts";
import type { CliAdapter, CliTask } from "./adapter.ts";
import type { CliDeps, CliProvider } from "./deps.ts";
import { cliEnv } from "./environment.ts";
import { CLI_LIMITS, type Hands, type Played, play } from "./play.ts";
import { isSessionId, readCliSession, type StoredSession, sessionFiles } from "./session.ts";
import { makeStateRoot, readState, removeStateRoot, stateRootFor } from "./state-root.ts";
import { type CliVerdict, verdict } from "./verdict.ts";
import { versionOf } from "./version.ts";
import { ownSandbox, wallsAround } from "./walls.ts";

export interface Call {
  readonly adapter: CliAdapter;
  readonly provider: CliProvider;
  readonly deps: CliDeps;
  readonly opened: OpenedAccess;
  readonly resume: StoredSession | null;
  readonly onStart: (hands: Hands) => void;
}

export interface Done {
  readonly reply: AgentReply;
  readonly played: Played | null;
  /** From the file that some CLIs leave. */
  readonly fileUsage: readonly Usage[];
}

export async function callOnce(agent: AgentRequest, call: Call): Promise<Done> {
  const { adapter, provider, deps, opened, resume } = call;
  const { request, settings, statusPath } = agent;
  const stateRoot = stateRootFor(agent, adapter.name);
  const keys = deps.upstream === null ? [] : [deps.upstream.key];
  const env = cliEnv(agent.env, deps.parentEnv, provider.passEnv, keys);
  const executable = provider.executable ?? adapter.executable;
  const asked = { agent, adapter, provider, deps, executable, env };
  const lacks = deps.sandbox === "off" ? null : await ownSandbox(asked);
  const sandbox = deps.sandbox !== "off" && lacks === null;
  const task: CliTask = {
    prompt: agent.prompt,
    worktree: request.worktree,
    stateRoot,
    statusPath,
    settings,
    resume: resume?.id ?? null,
    access: opened.access,
    sandbox,
    instructionFiles: deps.instructionFiles,
  };
  const planned = adapter.call(task);
  const files = { ...planned.files, ...(resume === null ? {} : sessionFiles(resume, adapter, task)) };
  let room: Enclosed | null = null;
  try {
    if (!(await makeStateRoot(stateRoot, files))) return unmade(stateRoot);
    await openStatus(statusPath);
    if (lacks !== null) {
      const around = await wallsAround(asked, lacks, stateRoot, opened.access);
      if (!around.ok) return impossible(around.problem);
      room = around.room;
    }
    const version = versionOf(executable, adapter.versionArgs, env);
    const { model } = settings;
    await recordProvider(request.stageDir, {
      backend: adapter.name === "acp" ? "acp" : "cli",
      mode: adapter.name,
      provider: provider.name,
      model,
    });
    agent.log({ kind: "SESSION_START", cli: adapter.name, model, resumed: resume !== null });
    agent.log({ kind: "USER_INPUT", text: agent.prompt });
    const played = await play(agent, {
      adapter,
      executable,
      call: planned,
      room,
      task,
      limits: { ...CLI_LIMITS, ...deps.limits },
      env,
      onStart: call.onStart,
    });
    noteProcess(request, played.process);
    const said = verdict({
      ...played,
      sandbox,
      walls: room !== null,
      adapter,
      executable,
      upstream: opened.proxy?.lastError() ?? null,
      abortReason: request.signal.reason,
    });
    const mask = redactor([...secretValues(deps.parentEnv), ...tokensOf(opened)]);
    await recordInvocation(
      request.stageDir,
      {
        argv: [executable, ...planned.args],
        executable,
        version: played.account.version ?? (await version),
        state_root: opened.access.kind === "login" ? null : stateRoot,
        exit_code: played.process.evidence.exit_code ?? null,
        proxied: opened.proxy !== null,
        sandbox: sandbox || room !== null,
        confined_by: sandbox ? adapter.name : room === null ? null : "bubblewrap",
      },
      mask,
    );
    logEnd(agent, said);
    const fileUsage = await leftUsage(adapter, stateRoot);
    const own = opened.access.kind === "login" ? null : stateRoot;
    const session = await sessionAfter(agent, adapter, played, provider, own);
    const paused = pausedBy(said, opened, provider);
    const refused = said.problem !== undefined && isSchemaRefused(settings, planned, said);
    return {
      played,
      fileUsage,
      reply: {
        response: played.account.response,
        ...said,
        ...paused,
        ...(refused ? { schemaRefused: true } : {}),
        ...(session === null ? {} : { session }),
      },
    };
  } finally {
    await room?.leave();
    await removeStateRoot(stateRoot);
    await closeStatus(statusPath);
  }
}

/** By the provider, or by a version of the CLI that does not know the option. */
const isSchemaRefused = (
  { responseSchema }: AgentRequest["settings"],
  { args }: { readonly args: readonly string[] },
  { problem = "", evidence }: CliVerdict,
): boolean =>
  responseSchema?.natively === true &&
  args.some((arg) => /^--(?:json|output)-schema$/.test(arg)) &&
  evidence.canceled !== true &&
  evidence.timed_out !== true &&
  /schema|text\.format|response_format/i.test(problem);

const impossible = (problem: string): Done => ({
  played: null,
  fileUsage: [],
  reply: misconfigured(problem),
});

const unmade = (root: string): Done =>
  impossible(
    `the folder ${root} for the CLI's own files could not be made; the stage's user must be able to write there`,
  );

const tokensOf = ({ access }: OpenedAccess): string[] => ("token" in access ? [access.token] : []);

function logEnd(agent: AgentRequest, { evidence, problem }: CliVerdict): void {
  if (evidence.error_code === "turn_limit") agent.log({ kind: "TURN_LIMIT", error: problem ?? "" });
  else if (problem !== undefined) agent.log({ kind: "ERROR", error: problem });
  agent.log({ kind: "SESSION_END", finish_reason: problem === undefined ? "stop" : "error" });
}

async function leftUsage({ usageFile }: CliAdapter, root: string): Promise<readonly Usage[]> {
  const text = usageFile === undefined ? null : await readState(root, usageFile.name);
  return text === null ? [] : usageFile!.read(text);
}

/** Where it stands, for a later stage of its thread; also after a failure, which a retry may go on from. */
async function sessionAfter(
  { settings }: AgentRequest,
  adapter: CliAdapter,
  { account }: Played,
  provider: CliProvider,
  root: string | null,
): Promise<AgentSession | null> {
  const { session: id } = account;
  if (id === null || !isSessionId(id)) return null;
  const data = root === null ? { id, files: {} } : await readCliSession(root, id);
  return { backend: adapter.name, provider: provider.name, model: settings.model, data: { ...data } };
}

/** A provider that will not be paid: the run waits for a person instead of trying again. */
function pausedBy(
  { problem, evidence }: CliVerdict,
  { proxy }: OpenedAccess,
  { name }: CliProvider,
): Pick<AgentReply, "paused"> {
  const error = proxy?.lastError() ?? null;
  const code = proxy === null ? evidence.error_code : error?.code;
  // Without a proxy a CLI's own fields tell: 402 is a bill in every protocol.
  const billed = code === "quota" || code === "quota_exceeded" || (!proxy && evidence.http_status === 402);
  if (problem === undefined || !billed) return {};
  return { paused: { provider: name, until: error?.until ?? null } };
}
