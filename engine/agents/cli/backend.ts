/** A command-line agent as a backend: one process per attempt, whatever it does. */
import type { StageNote } from "../../stages/port.ts";
import { misconfigured } from "../misconfigured.ts";
import type { AgentBackend, AgentReply, AgentRequest } from "../port.ts";
import { openAccess } from "./access.ts";
import type { CliAdapter } from "./adapter.ts";
import { adapterOf } from "./adapters.ts";
import { callOnce } from "./call.ts";
import type { CliDeps, CliProvider, NamedCli } from "./deps.ts";
import { differsFrom, toldFrom } from "./from-base.ts";
import type { Hands } from "./play.ts";
import { type StoredSession, storedSession } from "./session.ts";
import { moveAside } from "./state-root.ts";
import { cliUsage, neverBegan } from "./usage.ts";

export const cliBackend = (provider: NamedCli, deps: CliDeps): AgentBackend =>
  backendOf(adapterOf(provider.cli), provider, deps);

export const backendOf = (adapter: CliAdapter, provider: CliProvider, deps: CliDeps): AgentBackend => ({
  name: adapter.name,
  simulated: false,
  // Where the base ref cannot be read, `run` says it.
  instructions: () => toldFrom(deps.base, adapter.name).catch(() => ""),
  run: (agent) => runCli(agent, adapter, provider, deps),
});

async function runCli(
  agent: AgentRequest,
  adapter: CliAdapter,
  provider: CliProvider,
  deps: CliDeps,
): Promise<AgentReply> {
  const differs = await differsFrom(deps.base, adapter.name, agent.request.worktree);
  if (differs !== null) return misconfigured(differs);
  let hands: Hands | null = null;
  const opened = await openAccess(agent, adapter, provider, deps, () => hands);
  if (typeof opened === "string") return misconfigured(opened);
  const attempt = (resume: StoredSession | null) =>
    callOnce(agent, { adapter, provider, deps, opened, resume, onStart: (given) => (hands = given) });
  try {
    const stored = storedSession(agent.session, adapter.name, provider.name);
    const notes: StageNote[] = [];
    if (agent.session !== null && stored === null) notes.push(notResumed(agent, "it is another backend's"));
    let done = await attempt(stored);
    if (stored !== null && neverBegan(done, opened)) {
      notes.push(notResumed(agent, done.reply.problem ?? "the CLI does not know it"));
      await moveAside(agent.request.stageDir);
      done = await attempt(null);
    }
    // Before the usage is read: what was under way when the CLI ended counts too.
    await opened.proxy?.close();
    const usage = cliUsage(done, opened, provider, deps.price);
    return { ...done.reply, usage, ...(notes.length === 0 ? {} : { notes }) };
  } finally {
    await opened.proxy?.close();
  }
}

const notResumed = ({ request }: AgentRequest, why: string): StageNote => ({
  event: "warning",
  code: "session_not_resumed",
  message: `${request.stage.id} begins anew, its session could not be taken up: ${why}`,
});
