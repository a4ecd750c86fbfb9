/** What happens to every REST request, in GitHub's order: who, how often, may it, is it well formed; then the handler; then the answer is checked too. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { demand } from "../auth/permission.ts";
import type { Principal } from "../auth/principal.ts";
import { identify, refuseCredentials } from "../auth/tokens.ts";
import type { FaultRule } from "../faults/faults.ts";
import { handle } from "../handlers.ts";
import type { OperationId } from "../openapi/selection.ts";
import type { Repository } from "../state/records.ts";
import { findRepository, type World } from "../state/world.ts";
import { type Answer, notFound, Refusal, refusalAnswer } from "./answer.ts";
import { parseJson, readBody } from "./body.ts";
import { checkAnswer, checkRequest } from "./check.ts";
import { callerKey, type Limiter, secondaryLimit } from "./limits.ts";
import { byNumber, movedAnswer } from "./moved.ts";
import { findRoute } from "./route.ts";
import { send } from "./send.ts";

export interface LogEntry {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly op: OperationId | undefined;
  readonly caller: string;
  /** Whose GITHUB_TOKEN it was. */
  readonly job: number | undefined;
  readonly status: number;
  /** What was made to go wrong with it. */
  readonly fault: FaultRule["kind"] | undefined;
}

export interface Pipeline {
  readonly world: World;
  readonly limiter: Limiter | undefined;
  meet(op: OperationId, method: string): FaultRule | undefined;
  log(entry: LogEntry): void;
}

const SUPPORTED_VERSION = "2022-11-28";

export async function serveRest(
  pipeline: Pipeline,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const { world } = pipeline;
  const method = request.method ?? "GET";
  const bytes = await readBody(request);
  const at = world.clock.now();
  const [asked = "", search = ""] = path.split("?", 2);
  const moved = movedAnswer(world, method, asked, search);
  if (moved) return send(response, moved, at);
  const pathname = byNumber(world, asked);
  let op: OperationId | undefined;
  let caller = "anonymous";
  let job: number | undefined;
  let headers: Record<string, string> = {};
  let fault: FaultRule | undefined;
  let answer: Answer;
  try {
    const match = findRoute(method, pathname) ?? outside(world, method, pathname);
    op = match.op;
    fault = pipeline.meet(op, method);
    strikeBefore(fault);
    const principal = identify(world, request.headers.authorization);
    caller = callerKey(principal);
    if (principal.kind === "job") job = principal.jobId;
    headers = pipeline.limiter?.admit(principal, op, method) ?? {};
    demandVersion(world, request);
    const repository = demandRepository(world, principal, op, match.params);
    const body = parseJson(bytes);
    const checked = checkRequest(op, match.params, new URLSearchParams(search), body);
    judge(world, `${method} ${pathname} (${op})`, checked);
    const call = {
      world,
      op,
      principal,
      path: pathname,
      params: match.params,
      query: checked.query,
      body: body ?? {},
      accept: request.headers.accept ?? "",
    };
    answer = await handle(call, repository);
    answer = judgeAnswer(world, op, `${method} ${pathname} (${op})`, answer);
  } catch (error) {
    if (error instanceof Drop) answer = { status: 0 };
    else if (error instanceof Refusal) answer = refusalAnswer(error);
    else answer = bug(world, `${method} ${pathname}`, error);
  }
  if (fault?.kind === "error-after") answer = { status: 502, body: { message: "Server Error" } };
  if (fault?.kind === "drop-after") answer = { status: 0 };
  pipeline.log({ at, method, path, op, caller, job, status: answer.status, fault: fault?.kind });
  if (answer.status === 0) request.socket.destroy();
  else send(response, { ...answer, headers: { ...headers, ...answer.headers } }, world.clock.now());
}

class Drop extends Error {}

function strikeBefore(fault: FaultRule | undefined): void {
  if (fault?.kind === "drop-before") throw new Drop();
  if (fault?.kind === "error-before") throw new Refusal(502, "Server Error");
  if (fault?.kind === "secondary-limit") throw secondaryLimit(fault.retryAfterSeconds ?? 60);
  if (fault?.kind === "bad-credentials") refuseCredentials();
}

// 400 because clients do not try it again; a 500 would be repeated for a quarter of a minute.
function outside(world: World, method: string, path: string): never {
  const problem =
    "not among the operations of box/openapi/selection.ts; add it there, regenerate the slice, write its handler";
  world.report({ side: "request", where: `${method} ${path}`, problems: [problem] });
  throw new Refusal(400, `${method} ${path}: ${problem}`);
}

function demandVersion(world: World, request: IncomingMessage): void {
  const version = request.headers["x-github-api-version"];
  if (version === undefined || version === SUPPORTED_VERSION) return;
  const problem = `the slice describes REST version ${SUPPORTED_VERSION}, not ${String(version)}`;
  world.report({ side: "request", where: "X-GitHub-Api-Version", problems: [problem] });
  throw new Refusal(400, problem);
}

function demandRepository(
  world: World,
  principal: Principal,
  op: OperationId,
  { owner, repo }: Readonly<Record<string, string>>,
): Repository | undefined {
  if (owner === undefined || repo === undefined) {
    demand(op, principal, undefined);
    return undefined;
  }
  const repository = findRepository(world, owner, repo);
  demand(op, principal, repository);
  if (repository === undefined) throw notFound();
  return repository;
}

function judge(world: World, where: string, { invalid, ignored }: ReturnType<typeof checkRequest>): void {
  if (invalid.length + ignored.length === 0) return;
  const told = [...invalid, ...ignored.map((name) => `${name} is unknown to GitHub and would be ignored`)];
  world.report({ side: "request", where, problems: told });
  if (invalid.length > 0) throw new Refusal(422, `Invalid request.\n\n${invalid.join("\n")}`);
  throw new Refusal(400, told.join("; "));
}

function judgeAnswer(world: World, op: OperationId, where: string, answer: Answer): Answer {
  const { body, wrong } = checkAnswer(op, answer);
  if (wrong.length === 0) return { ...answer, body };
  world.report({ side: "response", where: `${where} ${answer.status}`, problems: wrong });
  return refusalAnswer(new Refusal(500, `The box broke GitHub's description: ${wrong.join("; ")}`));
}

function bug(world: World, where: string, error: unknown): Answer {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  world.report({ side: "response", where, problems: [text] });
  return refusalAnswer(new Refusal(500, text));
}
