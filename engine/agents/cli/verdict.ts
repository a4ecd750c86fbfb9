/** How a call ended, from what is typed: the process's end, the CLI's own lines, the proxy. Pure. */
import type { Evidence } from "../../failure/evidence.ts";
import type { ProcessResult } from "../../stages/process.ts";
import { failureReason } from "../../stages/reason.ts";
import { codeInWords } from "../api/call/errors.ts";
import type { AgentReply } from "../port.ts";
import type { UpstreamError } from "../proxy/errors.ts";
import type { AccountedUsage, CliAdapter, CliFailure } from "./adapter.ts";

export interface CliEnd {
  readonly adapter: CliAdapter;
  readonly executable: string;
  readonly process: Pick<ProcessResult, "evidence" | "startError" | "stdout" | "stderr">;
  readonly account: AccountedUsage;
  /** Why the runner ended it, where it did and not because it was done. */
  readonly stopped: CliFailure | null;
  readonly upstream: UpstreamError | null;
  /** It was asked for. */
  readonly sandbox: boolean;
  /** Ours are around it. */
  readonly walls: boolean;
  readonly timeoutMs: number | null;
  readonly abortReason: unknown;
}

export type CliVerdict = Pick<AgentReply, "evidence" | "problem">;

export function verdict(ended: CliEnd): CliVerdict {
  const { process, account, stopped, executable } = ended;
  const { evidence } = process;
  // Its standard output is lines for a machine; what they say is in the account.
  const stdout = { ...process.stdout, tail: "" };
  const how = () => failureReason({ ...process, ...ended, stdout, command: executable });
  if (process.startError !== null) return notStarted(ended, process.startError);
  if (evidence.canceled) return { evidence, problem: how() };
  const bare = withoutSandbox(ended);
  if (bare !== null) return failed(evidence, bare);
  if (account.end === "done") return afterResult(evidence, how);
  // Asked to end at its time limit, some say in their last line that they failed.
  if (account.end !== null && !evidence.timed_out)
    return failed(stopped === null ? evidence : {}, known(account.end, ended));
  // How it ended is then our doing.
  if (stopped !== null) return failed({}, withLast(stopped, account));
  if (evidence.timed_out) return { evidence, problem: how() };
  return failed(evidence, unsaid(ended, how));
}

/** What it did then was confined by nothing. */
function withoutSandbox({ adapter, sandbox, walls, process, account }: CliEnd): CliFailure | null {
  const broke = walls && account.end === null ? /^bwrap: .*/m.exec(process.stderr.tail) : null;
  if (broke !== null)
    return {
      problem: `the sandbox around ${adapter.name} did not start: ${broke[0]}`,
      code: "configuration",
    };
  const said = sandbox ? adapter.unsandboxed?.exec(process.stderr.tail) : null;
  return said
    ? { problem: `${adapter.name} ran without its sandbox: ${said[0]}`, code: "configuration" }
    : null;
}

function notStarted({ adapter, executable, process }: CliEnd, said: string): CliVerdict {
  const evidence = { ...process.evidence, error_code: "provider_executable_missing" };
  const fix = `install it, or name it with executable in the provider's configuration`;
  return { evidence, problem: `${adapter.name} could not be started as ${executable}: ${said}; ${fix}` };
}

/** It said that it is done; ended by us afterwards or late for its own time limit, it still is. */
function afterResult({ exit_code, signal }: Evidence, how: () => string): CliVerdict {
  if (signal !== undefined) return { evidence: { signal }, problem: how() };
  return exit_code ? { evidence: { exit_code }, problem: how() } : { evidence: {} };
}

function failed({ exit_code, signal }: Evidence, { problem, code, status }: CliFailure): CliVerdict {
  const evidence: Evidence = {
    ...(exit_code === undefined || exit_code === null ? {} : { exit_code }),
    ...(signal === undefined ? {} : { signal }),
    error_code: code,
    ...(status === undefined ? {} : { http_status: status }),
  };
  return { evidence, problem };
}

/** What a provider answered is better known than what a CLI made of it. */
function known(failure: CliFailure, { upstream, stopped }: CliEnd): CliFailure {
  if (stopped !== null) return stopped;
  if (!VAGUE.has(failure.code)) return failure;
  if (upstream === null) return byItsWords(failure);
  return {
    problem: `${failure.problem} (${upstream.message})`,
    code: upstream.code,
    status: upstream.status,
  };
}

/** Of an account of the CLI's own nothing but its words tells that it is used up, and no retry helps. */
function byItsWords(failure: CliFailure): CliFailure {
  const code = failure.code === "api" ? codeInWords(failure.problem) : null;
  return code === "quota" || code === "context_length" ? { ...failure, code } : failure;
}

const VAGUE = new Set(["api", "provider_contract"]);

const withLast = (stopped: CliFailure, { error }: AccountedUsage): CliFailure =>
  error === null ? stopped : { ...stopped, problem: `${stopped.problem}; it last said: ${error.problem}` };

/** No line ended the work: a clean exit is a broken contract, never success. */
function unsaid({ adapter, process, account, upstream }: CliEnd, how: () => string): CliFailure {
  const { exit_code } = process.evidence;
  const own = typeof exit_code === "number" ? adapter.failureOf(exit_code, process.stderr.tail) : null;
  const told = own ?? account.error;
  if (told !== null) return known(told, { upstream, stopped: null } as CliEnd);
  const missing = `${adapter.name} ended without its result line`;
  if (upstream !== null)
    return { problem: `${missing}: ${upstream.message}`, code: upstream.code, status: upstream.status };
  return { problem: `${missing}: ${how()}`, code: "provider_contract" };
}
