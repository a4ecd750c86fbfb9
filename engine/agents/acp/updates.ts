/** What an agent tells while it works. */
import type { CliPrompt } from "../cli/adapter.ts";
import { type Fields, fieldsOf, listOf, textField, usdOf } from "../cli/fields.ts";

export interface Update {
  /** Added to the answer; empty: the answer begins anew; null: nothing said. */
  readonly text: string | null;
  /** Of the whole session so far. */
  readonly usd: number | null;
  readonly told: CliPrompt;
}

export function readUpdate(update: Fields): Update {
  const plain = (told: CliPrompt, text: string | null = null): Update => ({ text, usd: null, told });
  switch (update.sessionUpdate) {
    case "agent_message_chunk": {
      const text = textField(fieldsOf(update.content).text);
      return plain({ progress: true, log: [{ kind: "ASSISTANT", text }] }, text);
    }
    case "agent_thought_chunk":
    case "plan":
      return plain({ progress: true });
    case "tool_call": {
      const call = {
        call_id: textField(update.toolCallId),
        tool: textField(update.kind) || textField(update.title),
      };
      const args = JSON.stringify(update.rawInput ?? {});
      return plain({ progress: true, log: [{ kind: "TOOL_CALL_START", ...call, input: args }] }, "");
    }
    case "tool_call_update":
      return plain({ progress: true, log: endOf(update) });
    case "usage_update":
      return { text: null, usd: usdOf(fieldsOf(update.cost).amount), told: { progress: false } };
    default:
      return plain({ progress: false });
  }
}

function endOf({ toolCallId, status, content }: Fields): NonNullable<CliPrompt["log"]> {
  if (status !== "completed" && status !== "failed") return [];
  const output = listOf(content)
    .map((part) => textField(fieldsOf(part.content).text))
    .join("");
  const failed = status === "failed" ? { error: "the tool failed" } : {};
  return [{ kind: "TOOL_CALL_END", call_id: textField(toolCallId), output, ...failed }];
}
