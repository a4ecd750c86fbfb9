/** An agent stage: a prompt to a backend, its answer kept, then the status contract as for every stage. */
import { join } from "node:path";
import type { AttemptResult, Usage } from "../../core/outcome.ts";
import type { Evidence } from "../../failure/evidence.ts";
import { writeNewFile } from "../../git/plain-file.ts";
import { redactor } from "../../redact/redact.ts";
import { finishAttempt } from "../../stages/attempt.ts";
import { secretValues } from "../../stages/inherit-env.ts";
import { endedBadly } from "../../stages/outcome.ts";
import type { StageRequest } from "../../stages/port.ts";
import type { BackendChoice, Chosen } from "../choose.ts";
import { justEscalated } from "../escalation.ts";
import { noFailover, whyFailOver } from "../failover.ts";
import type { AgentBackend, AgentReply } from "../port.ts";
import { askBackend, openChosen, type StageConversation } from "./ask.ts";
import type { AgentOptions } from "./options.ts";
import { leftOf } from "./remaining-limits.ts";

const LAST_RESPONSE_CHARS = 200;

/** `task`: what is asked when it is not the node's own prompt. */
export async function runAgent(
  given: StageRequest,
  options: AgentOptions,
  task: string = given.stage.prompt,
): Promise<AttemptResult> {
  const { stage } = given;
  const mask = maskOf(given, options);
  const request = { ...given, mask };
  const choice = options.choose(request);
  if (!choice.ok) return misconfigured(choice.problem);
  noteEscalation(request, options, choice.first);

  const started = performance.now();
  const { asked, usage, spent } = await askInTurn(request, options, choice, task);
  const { reply, backend } = asked;
  await writeNewFile(join(asked.request.stageDir, "response.md"), mask(reply.response));
  return finishAttempt(asked.request, asked.before, {
    evidence: evidenceOf(reply),
    problem: endedBadly(reply.evidence) ? (reply.problem ?? `the ${backend} backend failed`) : null,
    durationMs: performance.now() - started,
    silence: stage.autoStatus ? "auto_status" : "fail",
    contextUpdates: {
      last_stage: stage.id,
      last_response: mask(reply.response).slice(0, LAST_RESPONSE_CHARS),
      ...asked.spoke,
    },
    usage: spent ? usage : undefined,
    known: reply.outcome,
  });
}

/** On a machine that masks nothing itself an agent's words are masked here; what the driver masks besides stays masked. */
function maskOf({ mask }: StageRequest, { parentEnv }: AgentOptions): (text: string) => string {
  const own = redactor(secretValues(parentEnv));
  return mask === undefined ? own : (text) => own(mask(text));
}

/** A provider's billing or quota stop is evidence of how the attempt ended: the run pauses for it. */
const evidenceOf = ({ evidence, paused }: AgentReply): Evidence =>
  paused === undefined
    ? evidence
    : {
        ...evidence,
        pause: { provider: paused.provider, ...(paused.until === null ? {} : { until: paused.until }) },
      };

type Masked = StageRequest & Required<Pick<StageRequest, "mask">>;

interface InTurn {
  readonly asked: StageConversation;
  /** Of all who were asked, failed ones too. */
  readonly usage: readonly Usage[];
  readonly spent: boolean;
}

/** One provider after the other, each from a clean tree, until one answers or fails for a reason of the work. */
async function askInTurn(
  request: Masked,
  options: AgentOptions,
  { first, failover, pinned }: Extract<BackendChoice, { ok: true }>,
  task: string,
): Promise<InTurn> {
  const started = performance.now();
  const usage: Usage[] = [];
  let spent = false;
  const others = [...failover];
  let chosen = first;
  let backend = await openChosen(first);
  let at: Masked = request;
  for (let nth = 2; ; nth++) {
    const asked = await askBackend(at, options, chosen, backend, task);
    usage.push(...(asked.reply.usage ?? []));
    spent ||= asked.reply.usage !== undefined;
    const why = whyFailOver(asked.reply, at);
    const next = why === null || at.anew === undefined ? null : await nextAvailable(request, others);
    if (why === null || next === null || at.anew === undefined) {
      const last = why !== null && pinned ? { ...asked, reply: refused(asked.reply, chosen) } : asked;
      return { asked: last, usage, spent };
    }
    request.note({
      event: "llm_failover",
      from_provider: chosen.provider,
      ...(chosen.model === null ? {} : { from_model: chosen.model }),
      to_provider: next.chosen.provider,
      ...(next.chosen.model === null ? {} : { to_model: next.chosen.model }),
      reason: request.mask(why),
    });
    const { stageDir } = await at.anew(nth);
    at = { ...request, stageDir, ...leftOf(request, started, usage) };
    ({ chosen, backend } = next);
  }
}

/** Of those that are left: one without its key or its command cannot take over. */
async function nextAvailable(
  request: Masked,
  left: Chosen[],
): Promise<{ readonly chosen: Chosen; readonly backend: AgentBackend } | null> {
  for (let chosen = left.shift(); chosen !== undefined; chosen = left.shift()) {
    const backend = await openChosen(chosen);
    if (typeof backend !== "string") return { chosen, backend };
    const message = `${chosen.provider} cannot take over for ${request.stage.id}: ${backend}`;
    request.note({ event: "warning", code: "failover_unavailable", message: request.mask(message) });
  }
  return null;
}

const refused = (reply: AgentReply, { provider }: Chosen): AgentReply => ({
  ...reply,
  problem: `${reply.problem ?? "the provider failed"}; ${noFailover(provider)}`,
});

function noteEscalation(request: StageRequest, options: AgentOptions, to: Chosen): void {
  const failureClass = justEscalated(request);
  if (failureClass === null) return;
  const { failures } = request;
  const before = options.choose({
    ...request,
    failures: { ...failures!, escalating: failures!.escalating - 1 },
  });
  request.note({
    event: "escalation_model_switch",
    ...(before.ok ? { from_provider: before.first.provider } : { from_provider: "" }),
    ...(before.ok && before.first.model !== null ? { from_model: before.first.model } : {}),
    to_provider: to.provider,
    ...(to.model === null ? {} : { to_model: to.model }),
    failure_class: failureClass,
  });
}

function misconfigured(problem: string): AttemptResult {
  return {
    outcome: { status: "fail", failure_reason: problem },
    evidence: { error_code: "configuration" },
    durationMs: 0,
  };
}
