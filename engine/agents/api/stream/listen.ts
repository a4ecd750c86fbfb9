/** Responses and Gemini need no repair; only what their last events tell is kept. */
import { dataOf } from "./events.ts";
import type { Repair } from "./repair.ts";
import type { Wire } from "./wire.ts";

interface Completed {
  readonly response?: {
    readonly output?: readonly { readonly type?: string; readonly call_id?: string }[];
    readonly usage?: unknown;
  };
}

const LAST = /"type"\s*:\s*"response\.(?:completed|incomplete|failed)"/;

/** Responses list every call once more at their end: one that the stream never told of is seen by that. */
export function responsesListener(wire: Wire): Repair {
  return {
    concerns: (text) => /response\.(?:completed|incomplete|failed)/.test(text),
    event(event) {
      if (!LAST.test(event)) return null;
      wire.usage.push(event);
      const { output = [] } = (dataOf(event) as Completed | null)?.response ?? {};
      for (const { type, call_id } of output) {
        if (type === "function_call" && call_id !== undefined) wire.listed.push(call_id);
      }
      return null;
    },
    end: () => "",
  };
}

export function googleListener(wire: Wire): Repair {
  return {
    concerns: (text) => text.includes('"usageMetadata"'),
    event(event) {
      if (event.includes('"usageMetadata"')) wire.usage.splice(0, 1, event);
      return null;
    },
    end: () => "",
  };
}
