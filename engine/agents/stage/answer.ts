/** An agent asked until its last words fit the schema of its stage: at most once more, and with one warning (R-AGENT-7). */
import type { JsonValue } from "../../core/outcome.ts";
import { writeNewFile } from "../../git/plain-file.ts";
import { endedBadly } from "../../stages/outcome.ts";
import type { CheckAnswer } from "../check-answer.ts";
import type { AgentReply, AgentRequest } from "../port.ts";
import { correctionText, unusableSchema } from "../response-schema.ts";
import { leftOf } from "./remaining-limits.ts";

export interface BoundAnswer {
  readonly reply: AgentReply;
  /** What fits; absent where nothing was asked for, or nothing fitted. */
  readonly value?: JsonValue;
}

/** `run`: the same agent, with whatever words. */
export async function answerOf(
  first: AgentRequest,
  run: (request: AgentRequest) => Promise<AgentReply>,
): Promise<BoundAnswer> {
  const { responseSchema } = first.settings;
  if (responseSchema === null) return { reply: await run(first) };
  const { checkFor } = await import("../check-answer.ts");
  const check = checkFor(responseSchema.schema);
  if (typeof check === "string") return { reply: unusable(first, check) };

  const started = performance.now();
  const reply = await run(first);
  const why = reasonToRetry(reply, check);
  if (why === null) return fitted(reply, check);
  const { request } = first;
  const message = `${request.stage.id} is asked once more for an answer that fits its response_schema: ${why}`;
  request.note({ event: "warning", code: "schema_fallback", message: request.mask?.(message) ?? message });
  const refused = reply.schemaRefused === true;
  const second = await run({
    ...first,
    request: { ...request, ...leftOf(request, started, reply.usage ?? []) },
    ...(refused ? withoutFormat(first) : await corrected(first, reply, why)),
  });
  const both = { ...second, usage: [...(reply.usage ?? []), ...(second.usage ?? [])] };
  const still = reasonToRetry(both, check);
  if (still === null) return fitted(both, check);
  return {
    reply: {
      ...both,
      evidence: { error_code: "provider_contract" },
      problem: `the answer does not fit the node's response_schema: ${still}`,
    },
  };
}

/** In the conversation as it stands. The words are a file as well, as the first ones are. */
async function corrected(
  { promptFile }: AgentRequest,
  { session }: AgentReply,
  why: string,
): Promise<Partial<AgentRequest>> {
  const prompt = correctionText(why);
  const again = promptFile.replace(/(\.md)?$/, "-again.md");
  await writeNewFile(again, prompt);
  return { prompt, promptFile: again, session: session ?? null };
}

/** The provider does not take schemas, or not this one: it is asked in words alone. */
const withoutFormat = ({ settings }: AgentRequest): Partial<AgentRequest> => ({
  settings: { ...settings, responseSchema: { ...settings.responseSchema!, natively: false } },
});

/** null: it fits, or it failed for another reason. */
function reasonToRetry(reply: AgentReply, check: CheckAnswer): string | null {
  if (reply.schemaRefused === true) return reply.problem ?? "the schema was refused";
  if (endedBadly(reply.evidence) || reply.outcome !== undefined || reply.paused !== undefined) return null;
  const found = check(reply.response);
  return "problem" in found ? found.problem : null;
}

function fitted(reply: AgentReply, check: CheckAnswer): BoundAnswer {
  if (endedBadly(reply.evidence) || reply.outcome !== undefined) return { reply };
  const found = check(reply.response);
  return "value" in found ? { reply, value: found.value } : { reply };
}

const unusable = ({ request }: AgentRequest, why: string): AgentReply => ({
  response: "",
  evidence: { error_code: "configuration" },
  problem: unusableSchema(request.stage.id, why),
});
