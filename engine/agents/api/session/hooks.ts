/** `tool_hooks.pre` and `.post` (specification 9.7): the author's commands around each call, as the stage's user. */
import type { ModelCall } from "../call/answer.ts";
import type { Calling } from "./calling.ts";

/** Why the call is skipped: a hook that says no, or could not say yes. */
export async function beforeCall(call: ModelCall, calling: Calling): Promise<string | null> {
  const { pre } = calling.settings.hooks;
  if (pre === null) return null;
  const done = await hook(pre, call, {}, calling);
  if (done.ok) return null;
  const message = `skipped: tool_hooks.pre refused it (${ending(done)})\n${done.shown}`;
  calling.log({ kind: "WARNING", call_id: call.id, tool: call.tool, code: "tool_hook_refused", message });
  return message;
}

/** Looks on: the call has happened. */
export async function afterCall(
  call: ModelCall,
  output: string,
  error: boolean,
  calling: Calling,
): Promise<void> {
  const { post } = calling.settings.hooks;
  if (post === null) return;
  const done = await hook(post, call, { output, is_error: error }, calling);
  if (done.ok) return;
  const message = `tool_hooks.post failed (${ending(done)}): ${done.shown}`;
  calling.log({ kind: "WARNING", call_id: call.id, tool: call.tool, code: "tool_hook_failed", message });
}

const ending = ({ exitCode, timedOut }: { exitCode?: number | null; timedOut?: boolean }): string =>
  timedOut === true ? "it took too long" : exitCode == null ? "it did not run" : `exit code ${exitCode}`;

const hook = (
  command: string,
  { id, tool, input }: ModelCall,
  more: object,
  { host, settings, signal }: Calling,
) =>
  host.run(
    {
      hook: command,
      env: { ATTRACTOR_TOOL_NAME: tool, ATTRACTOR_TOOL_CALL_ID: id },
      input: `${JSON.stringify({ tool, call_id: id, input: json(input), ...more })}\n`,
      timeoutMs: settings.commandTimeoutMs,
    },
    signal,
  );

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
