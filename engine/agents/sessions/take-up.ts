/** The conversation that a stage is given, or why it begins anew. */
import type { StageRequest } from "../../stages/port.ts";
import type { Chosen } from "../choose.ts";
import type { AgentBackend, AgentSession } from "../port.ts";
import { keepSession, loadSession } from "./store.ts";

/** In the context: which stage last spoke in a thread. It travels where the conversation itself may not. */
export const spokeIn = (thread: string): string => `session.${thread}`;

export interface TakenUp {
  readonly session: AgentSession | null;
  /** There was a conversation, and it cannot be gone on with: the prompt says in full what it was about. */
  readonly lost: string | null;
}

export async function takeUp(request: StageRequest, chosen: Chosen, backend: AgentBackend): Promise<TakenUp> {
  const { thread, logsRoot, branchKey, context } = request;
  if (thread === undefined || thread === null) return { session: null, lost: null };
  const session = await loadSession({ logsRoot, scope: branchKey ?? "", thread });
  if (session === null) {
    const before = context[spokeIn(thread)];
    return {
      session: null,
      lost: typeof before === "string" ? `what ${before} said is not on this machine` : null,
    };
  }
  const other = whyOther(session, chosen, backend);
  return other === null ? { session, lost: null } : { session: null, lost: other };
}

function whyOther(
  session: AgentSession,
  { provider, model, kind }: Chosen,
  backend: AgentBackend,
): string | null {
  if (session.provider !== provider || session.backend !== backend.name)
    return `it was held with ${session.provider} by ${session.backend}, and this stage asks ${provider} by ${backend.name}`;
  return kind === "api" && session.model !== model
    ? `it was held with ${session.model}, and this stage asks ${model}`
    : null;
}

/** True when it is there for a later stage of its thread. */
export async function keepFor(
  request: StageRequest,
  session: AgentSession | undefined,
  mask: (text: string) => string,
): Promise<boolean> {
  const { thread, logsRoot, branchKey, note, stage } = request;
  if (thread === undefined || thread === null || session === undefined) return false;
  if (await keepSession({ logsRoot, scope: branchKey ?? "", thread }, session, mask)) return true;
  const message = `the conversation of ${stage.id} is too large to be kept: a later stage of its thread begins anew`;
  note({ event: "warning", code: "session_not_kept", message });
  return false;
}
